/*
 * cache <scratch|thrash>: each thread allocates 8 bytes, adds to them 2000 times and frees them. An allocator that gives two threads
 * places in one line of cache makes them fight. scratch: each first frees one of a row of blocks that one thread allocated, so that an
 * allocator which gives a freed block to whoever frees it does the same. Counts additions.
 */
#include "crew.h"

enum { ADDITIONS = 2000 };
static char *row[MOST_THREADS];

static void make(struct member *member) {
  if (strcmp(member->kind, "scratch") == 0) free(row[member->index]);
}

static long step(struct member *member) {
  (void)member;
  volatile int *p = malloc(8);
  *p = 0;
  for (int i = 0; i < ADDITIONS; i++) *p += i;
  free((void *)p);
  return ADDITIONS;
}

int main(int argc, char **argv) {
  for (int i = 0; i < MOST_THREADS; i++) row[i] = malloc(8);
  return runCrew(argc, argv, 1);
}
