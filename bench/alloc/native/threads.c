/*
 * threads <larson|thread> <lanes> <warm-up ms> <ms>: throughput of random replacement by several threads at once.
 *
 * larson: a lane has 5000 slots of 8 to 1000 bytes and two threads; after 500,000 replacements the one hands the slots over to
 * the other, which frees what the first allocated. thread: a lane has 1024 slots and one thread; sizes fall off with their
 * square between 4 and 32768 bytes, and every byte is written. Lanes share nothing but the allocator.
 */
#include <pthread.h>
#include "bench.h"

enum { LARSON_SLOTS = 5000, THREAD_SLOTS = 1024, HAND_OVER = 500000, BATCH = 1000, SIZES = 8192, MOST_LANES = 16 };

struct lane {
  pthread_mutex_t lock;
  pthread_cond_t turned;
  int turn;
  uint32_t seed;
  char *slots[LARSON_SLOTS];
  long done;
  double ended, processor;
};

static struct lane lanes[MOST_LANES];
static int sizes[SIZES];
static pthread_barrier_t start;
static double warm, end;

static uint32_t replaceLarson(struct lane *lane, uint32_t x, long count) {
  for (long i = 0; i < count; i++) {
    x = next(x);
    size_t slot = ((x >> 16) * LARSON_SLOTS) >> 16;
    size_t size = 8 + (((x & 0xffff) * 993) >> 16);
    free(lane->slots[slot]);
    char *p = malloc(size);
    p[0] = 1;
    p[size - 1] = 1;
    lane->slots[slot] = p;
  }
  return x;
}

static uint32_t replaceThread(struct lane *lane, uint32_t x, long count) {
  for (long i = 0; i < count; i++) {
    x = next(x);
    size_t slot = x >> 22;
    size_t size = (size_t)sizes[x & (SIZES - 1)];
    free(lane->slots[slot]);
    char *p = malloc(size);
    memset(p, 1, size);
    KEEP(p);
    lane->slots[slot] = p;
  }
  return x;
}

/* Replaces until the time is up or `most` are done, and counts behind the warm-up. Answers whether the time is up. */
static int work(struct lane *lane, uint32_t (*replace)(struct lane *, uint32_t, long), long most) {
  for (long did = 0; did < most; did += BATCH) {
    lane->seed = replace(lane, lane->seed, BATCH);
    lane->done += BATCH;
    double time = now();
    if (lane->processor == 0 && time >= warm) {
      lane->processor = -processorTime();
      lane->done = 0;
    }
    if (time >= end && lane->done > 0) {
      lane->ended = time;
      lane->processor += processorTime();
      return 1;
    }
  }
  return 0;
}

struct half {
  struct lane *lane;
  int me;
};

static void *larson(void *argument) {
  struct half *half = argument;
  struct lane *lane = half->lane;
  pthread_barrier_wait(&start);
  for (int over = 0; !over;) {
    pthread_mutex_lock(&lane->lock);
    while (lane->turn != half->me) pthread_cond_wait(&lane->turned, &lane->lock);
    pthread_mutex_unlock(&lane->lock);
    over = lane->ended != 0 || work(lane, replaceLarson, HAND_OVER);
    pthread_mutex_lock(&lane->lock);
    lane->turn = 1 - half->me;
    pthread_cond_signal(&lane->turned);
    pthread_mutex_unlock(&lane->lock);
  }
  return NULL;
}

static void *thread(void *argument) {
  struct half *half = argument;
  pthread_barrier_wait(&start);
  while (!work(half->lane, replaceThread, HAND_OVER)) continue;
  return NULL;
}

int main(int argc, char **argv) {
  int count = (int)argument(argc, argv, 2);
  if (count < 1 || count > MOST_LANES) return 2;
  int isLarson = strcmp(argv[1], "larson") == 0;
  int threads = isLarson ? 2 * count : count;
  for (int i = 0; i < SIZES; i++) sizes[i] = (int)(1 / (1.0 / 4 - (1.0 / 4 - 1.0 / 32768) * (i + 0.5) / SIZES));
  pthread_barrier_init(&start, NULL, (unsigned)threads);
  pthread_t ids[2 * MOST_LANES];
  struct half halves[2 * MOST_LANES];
  for (int i = 0; i < count; i++) {
    pthread_mutex_init(&lanes[i].lock, NULL);
    pthread_cond_init(&lanes[i].turned, NULL);
    lanes[i].seed = (uint32_t)i + 1;
  }
  warm = now() + 1e6 * (double)argument(argc, argv, 3);
  end = warm + 1e6 * (double)argument(argc, argv, 4);
  for (int i = 0; i < threads; i++) {
    halves[i] = (struct half){&lanes[i % count], i / count};
    pthread_create(&ids[i], NULL, isLarson ? larson : thread, &halves[i]);
  }
  for (int i = 0; i < threads; i++) pthread_join(ids[i], NULL);
  double perSecond = 0, done = 0;
  for (int i = 0; i < count; i++) {
    perSecond += (double)lanes[i].done / (lanes[i].ended - warm) * 1e9;
    done += (double)lanes[i].done;
  }
  printf("{\"perSecond\":%.1f,\"processor\":%.3f}\n", perSecond, lanes[0].processor / done);
  return 0;
}
