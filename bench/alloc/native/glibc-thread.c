/*
 * glibc-thread: each thread replaces blocks in 1024 slots of its own; sizes fall off with their square between 4 and 32768 bytes,
 * and every byte is written.
 */
#include "crew.h"

enum { SLOTS = 1024, BATCH = 1000, SIZES = 8192 };
static int sizes[SIZES];

static void make(struct member *member) {
  member->own = calloc(SLOTS, sizeof(char *));
}

static long step(struct member *member) {
  char **slots = member->own;
  uint32_t x = member->x;
  for (int i = 0; i < BATCH; i++) {
    x = next(x);
    size_t slot = x >> 22;
    size_t size = (size_t)sizes[x & (SIZES - 1)];
    free(slots[slot]);
    char *p = malloc(size);
    memset(p, 1, size);
    KEEP(p);
    slots[slot] = p;
  }
  member->x = x;
  return BATCH;
}

int main(int argc, char **argv) {
  for (int i = 0; i < SIZES; i++) sizes[i] = (int)(1 / (1.0 / 4 - (1.0 / 4 - 1.0 / 32768) * (i + 0.5) / SIZES));
  return runCrew(argc, argv, 1);
}
