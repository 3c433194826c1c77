/** For a process of Node that must end: one that optimises code in other threads may wait for them for ever (nodejs/node#54918). */
export const inOneThread: readonly string[] = ['--no-concurrent-recompilation', '--no-concurrent-osr'];
