/* Compiled in front of a program, makes it one of CPython's: its blocks are those of pymalloc. python.js says how it runs. */
#include <stdlib.h>

void *PyObject_Malloc(size_t bytes);
void PyObject_Free(void *block);

#define malloc PyObject_Malloc
#define free PyObject_Free
