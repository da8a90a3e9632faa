# What is different about radam.dll.
# Its name is the one that Java gives it. The import library keeps the name that -lradam finds.
set_target_properties(radam PROPERTIES PREFIX "")
# No start-up code, so no entry point. And no time in the file, so that the same source makes the same file, which has
# one folder in Java's cache.
target_link_options(radam PRIVATE LINKER:--entry=0 LINKER:--no-insert-timestamp)
