/** The line of what is under way, on a terminal: written over every second with how long it takes, and how far it is. */
export interface LiveLine {
  readonly open: (text: string) => void;
  /** Who tells how far it is; asked while it takes long. */
  readonly watch: (ask: (() => Promise<string | undefined>) | undefined) => void;
  /** Leaves the line as it was opened, the cursor behind it. */
  readonly close: () => void;
}

export interface Screen {
  readonly write: (text: string) => void;
  readonly columns: () => number;
}

/** From when on it is told how long something takes. */
const patienceMs = 1000;

/** A live line over a terminal. A line that is longer than the terminal is shown whole only when it is closed. */
export const openLiveLine = ({ write, columns }: Screen): LiveLine => {
  const now: {
    text: string;
    since: number;
    timer?: NodeJS.Timeout;
    ask?: (() => Promise<string | undefined>) | undefined;
    says: string;
    asking: boolean;
  } = {
    text: '',
    since: 0,
    says: '',
    asking: false,
  };
  const fitting = (text: string): string => [...text].slice(0, Math.max(20, columns() - 1)).join('');
  const look = async (): Promise<void> => {
    if (now.ask === undefined || now.asking) return;
    now.asking = true;
    const { ask } = now;
    const says = await ask().catch(() => undefined);
    now.asking = false;
    if (now.ask === ask) now.says = says ?? '';
  };
  const tick = (): void => {
    void look();
    const tail = ` ... ${Math.floor((performance.now() - now.since) / 1000)} s${now.says === '' ? '' : `, ${now.says}`}`;
    const room = Math.max(20, columns() - 1 - tail.length);
    write(`\r${fitting(`${[...now.text].slice(0, room).join('')}${tail}`)}\u001B[K`);
  };
  return {
    open: (text) => {
      Object.assign(now, { text, since: performance.now(), says: '', ask: undefined });
      write(fitting(text));
      now.timer = setInterval(tick, patienceMs).unref();
    },
    watch: (ask) => Object.assign(now, { ask, says: '' }),
    close: () => {
      clearInterval(now.timer);
      now.ask = undefined;
      write(`\r\u001B[K${now.text}`);
    },
  };
};
