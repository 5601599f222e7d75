# Generating the extension's configuration and packaging it are left out.
