/*
 * A crew of threads, as in @sharena/measure: they start together, take steps, count them while the phase says so, and end.
 * A program defines `member`, made by `make` for each thread, and `step`, which does some operations and says how many.
 *
 * Every program is called <kind> <lanes> <warm-up ms> <ms> and prints one line of JSON.
 */
#ifndef SHARENA_CREW_H
#define SHARENA_CREW_H
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>
#include "bench.h"

enum { WARM_UP, MEASURE, OVER, MOST_THREADS = 64 };

struct member {
  int index, threads;
  const char *kind;
  uint32_t x;   /* the generator's state */
  void *own;    /* what the program keeps for it */
  double operations, elapsed;
};

static void make(struct member *member);
static long step(struct member *member);

static atomic_int phase;
static pthread_barrier_t crewStart;

static inline int isOver(void) { return atomic_load_explicit(&phase, memory_order_relaxed) == OVER; }

/* A number that threads wait for: they sleep while it is what they say, until the crew is over. */
struct turn {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  long value;
};
#define TURN {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0}

static inline int waitWhile(struct turn *turn, long value) {
  pthread_mutex_lock(&turn->lock);
  while (turn->value == value && !isOver()) {
    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 2000000;
    if (soon.tv_nsec >= 1000000000) {
      soon.tv_sec++;
      soon.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&turn->changed, &turn->lock, &soon);
  }
  int hasChanged = turn->value != value;
  pthread_mutex_unlock(&turn->lock);
  return hasChanged;
}

static inline void setTurn(struct turn *turn, long value) {
  pthread_mutex_lock(&turn->lock);
  turn->value = value;
  pthread_cond_broadcast(&turn->changed);
  pthread_mutex_unlock(&turn->lock);
}

static void *runMember(void *argument) {
  struct member *member = argument;
  make(member);
  pthread_barrier_wait(&crewStart);
  while (atomic_load(&phase) == WARM_UP) step(member);
  double begun = now(), done = 0;
  while (atomic_load_explicit(&phase, memory_order_relaxed) == MEASURE) done += (double)step(member);
  member->elapsed = now() - begun;
  member->operations = done;
  return NULL;
}

/* The most that was resident, in bytes. Not getrusage(): that begins with what the program that started this one had. */
static inline long mostResident(void) {
  char line[256];
  long kilobytes = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, "VmHWM: %ld", &kilobytes) == 1) break;
  if (file) fclose(file);
  return kilobytes * 1024;
}

/* Threads of a lane that do different things have no share that could be fair: a fairness below 0 is not printed. */
static inline void printFinal(double perSecond, double processor, double fairness) {
  printf("{\"perSecond\":%.1f,\"processor\":%.3f,\"resident\":%ld", perSecond, processor, mostResident());
  if (fairness >= 0) printf(",\"fairness\":%.3f", fairness);
  printf("}\n");
}

/* Runs `lanes` times `each` threads and prints what they did. */
static inline int runCrew(int argc, char **argv, int each) {
  int threads = each * (int)argument(argc, argv, 2);
  long warmUp = argument(argc, argv, 3), time = argument(argc, argv, 4);
  if (threads < 1 || threads > MOST_THREADS) return 2;
  static struct member members[MOST_THREADS];
  pthread_t ids[MOST_THREADS];
  pthread_barrier_init(&crewStart, NULL, (unsigned)threads + 1);
  for (int i = 0; i < threads; i++) {
    members[i] = (struct member){.index = i, .threads = threads, .kind = argv[1], .x = (uint32_t)i + 1};
    pthread_create(&ids[i], NULL, runMember, &members[i]);
  }
  pthread_barrier_wait(&crewStart);
  usleep((useconds_t)warmUp * 1000);
  double processor = -processorTime();
  atomic_store(&phase, MEASURE);
  usleep((useconds_t)time * 1000);
  processor += processorTime();
  atomic_store(&phase, OVER);
  double perSecond = 0, done = 0, least = 1e300, most = 0;
  for (int i = 0; i < threads; i++) {
    pthread_join(ids[i], NULL);
    perSecond += members[i].operations / members[i].elapsed * 1e9;
    done += members[i].operations;
    if (members[i].operations < least) least = members[i].operations;
    if (members[i].operations > most) most = members[i].operations;
  }
  printFinal(perSecond, processor / done, each > 1 ? -1 : least / most);
  return 0;
}
#endif
