/*
 * alloc-test: each thread has 2^16 slots. An operation takes one of them, hot ones far more often (four of five times in the
 * first fifth, and so on six times): frees the block in it behind reading all its bytes, or puts one there and writes them all.
 * Sizes go up to 1 KiB, each doubling half as frequent.
 */
#include "crew.h"

enum { SLOTS = 1 << 16, BATCH = 1000 };

struct slots {
  char *block[SLOTS];
  int size[SLOTS];
  long sum;
};

static void make(struct member *member) { member->own = calloc(1, sizeof(struct slots)); }

/* A place below `count` that lies in the first fifth 13 of 16 times, there again, and so on six times. */
static uint32_t hot(uint32_t x, uint32_t y, uint32_t count) {
  uint32_t low = 0;
  for (int k = 0; k < 6; k++) {
    uint32_t fifth = count / 5;
    if (((x >> (5 * k)) & 31) < 26) count = fifth;
    else {
      low += fifth;
      count -= fifth;
      break;
    }
  }
  return low + (uint32_t)(((uint64_t)y * count) >> 32);
}

static long step(struct member *member) {
  struct slots *slots = member->own;
  uint32_t x = member->x;
  for (int i = 0; i < BATCH; i++) {
    x = next(x);
    uint32_t y = next(x);
    uint32_t slot = hot(x, y, SLOTS);
    x = next(y);
    if (slots->block[slot]) {
      for (int at = 0; at < slots->size[slot]; at++) slots->sum += slots->block[slot][at];
      free(slots->block[slot]);
      slots->block[slot] = NULL;
      continue;
    }
    uint32_t base = 1u << __builtin_ctz(x | 512);
    uint32_t size = base + ((x >> 16) & (base - 1));
    slots->block[slot] = malloc(size);
    slots->size[slot] = (int)size;
    memset(slots->block[slot], 1, size);
  }
  member->x = x;
  return BATCH;
}

int main(int argc, char **argv) { return runCrew(argc, argv, 1); }
