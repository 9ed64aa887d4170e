/**
 * What keeps services small and quick, by where it is set: `npm start` (scripts/bootstrap.mjs, services/all), images (Dockerfile.base), the
 * tests and the benchmark.
 *
 * glibc gives each thread that allocates an arena of its own, eight a core, and libvips allocates in all of them; what was freed between
 * smaller pieces it keeps, decoded pictures too unless they are mapped by themselves. From 128 KB on they are; unless that is said, glibc
 * raises it to the size of whatever was freed.
 */
export const runtimeTuningEnv = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' };

/** V8 lets its young generation grow to three times 32 MB; a request's objects are dead long before 4 are full. */
export const runtimeTuningFlags = ['--max-semi-space-size=4'];
