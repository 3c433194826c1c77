import { anyServer } from '../support/postgres/server.ts';
import { inProject, type Files, type Project, type Ran } from './support.ts';

export type Run = (...args: readonly string[]) => Promise<Ran>;

export type Engine = 'sqlite' | 'postgres';

interface Suite {
  (name: string, test: () => Promise<void>): void;
  readonly before: (hook: () => Promise<void>) => void;
  readonly after: (hook: () => Promise<void>) => void;
}

export interface TwoDatabases {
  readonly urlOf: (engine: Engine, name: string) => string;
  /** A test for each engine, on a project with two databases, `a` and `b`, of which neither is there yet. */
  readonly onEach: (name: string, files: Files, work: (project: Project, a: Run, b: Run, engine: Engine) => Promise<void>) => void;
}

/** Two databases of each engine for the tests of a suite; their names on the server begin with `prefix`. */
export const twoDatabases = (test: Suite, prefix: string): TwoDatabases => {
  let server: Awaited<ReturnType<typeof anyServer>>;
  test.before(async () => {
    server = await anyServer();
  });
  test.after(() => server.stop());
  const urlOf = (engine: Engine, name: string): string =>
    engine === 'sqlite' ? `sqlite:///./${name}.db` : server.url.replace(/\/[^/?]*(\?|$)/, `/${prefix}_${name}$1`);
  return {
    urlOf,
    onEach: (name, files, work) => {
      for (const engine of ['sqlite', 'postgres'] as const) {
        test(`${engine}: ${name}`, () =>
          inProject({ ...files, 'limbeck.json': '{}' }, async (project) => {
            const at =
              (database: string): Run =>
              (...args) =>
                project.runWith({ env: { LIMBECK_URL: urlOf(engine, database) } }, ...args);
            const [a, b] = [at('a'), at('b')];
            await Promise.all([a('drop', '--yes'), b('drop', '--yes')]);
            await work(project, a, b, engine);
            await Promise.all([a('drop', '--yes'), b('drop', '--yes')]);
          }));
      }
    },
  };
};
