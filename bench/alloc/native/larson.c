/*
 * larson: a lane has 5000 slots of 8 to 1000 bytes and two threads. After 500,000 replacements the one hands the slots over to the
 * other, which frees what the first allocated. Lanes share nothing but the allocator.
 */
#include "crew.h"

enum { SLOTS = 5000, HAND_OVER = 500000, BATCH = 1000 };

struct lane {
  struct turn turn;
  char *slots[SLOTS];
  long done;
};
static struct lane lanes[MOST_THREADS / 2];

static void make(struct member *member) {
  struct lane *lane = &lanes[member->index / 2];
  if (member->index % 2 == 0) lane->turn = (struct turn)TURN;
  member->own = lane;
}

static long step(struct member *member) {
  struct lane *lane = member->own;
  long me = member->index % 2;
  if (!waitWhile(&lane->turn, 1 - me)) return 0;
  uint32_t x = member->x;
  for (int i = 0; i < BATCH; i++) {
    x = next(x);
    size_t slot = ((x >> 16) * SLOTS) >> 16;
    size_t size = 8 + (((x & 0xffff) * 993) >> 16);
    free(lane->slots[slot]);
    char *p = malloc(size);
    p[0] = 1;
    p[size - 1] = 1;
    lane->slots[slot] = p;
  }
  member->x = x;
  lane->done += BATCH;
  if (lane->done % HAND_OVER == 0) setTurn(&lane->turn, 1 - me);
  return BATCH;
}

int main(int argc, char **argv) { return runCrew(argc, argv, 2); }
