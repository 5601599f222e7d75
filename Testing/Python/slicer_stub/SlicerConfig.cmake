# A stand-in of what the Slicer build tree offers to an extension: enough to configure, build and
# install scripted modules by the rules of Slicer's own macro, without compiling anything.
set(Slicer_USE_FILE ${CMAKE_CURRENT_LIST_DIR}/UseSlicerStub.cmake)
set(Slicer_EXTENSION_GENERATE_CONFIG ${CMAKE_CURRENT_LIST_DIR}/NothingMore.cmake)
set(Slicer_EXTENSION_CPACK ${CMAKE_CURRENT_LIST_DIR}/NothingMore.cmake)
set(Slicer_QTSCRIPTEDMODULES_LIB_DIR lib/Slicer-5.12/qt-scripted-modules)
