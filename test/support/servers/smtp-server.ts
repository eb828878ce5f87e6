import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'vitest';
import { z } from 'zod';

/**
 * A mail that the server received, even if it then refused the mail. Python has decoded it. The names of headers are in
 * lower case.
 */
export type TakenMail = z.infer<typeof takenMail>;

/** The server's answers from now on, in place of 250. `silent` names the command that it never answers. */
export interface SmtpAnswers {
  readonly rcpt?: string;
  readonly data?: string;
  readonly silent?: 'ehlo' | 'rcpt' | 'data';
}

/** A real mail server (aiosmtpd) in a process of its own. */
export interface SmtpTestServer extends AsyncDisposable {
  readonly port: number;
  readonly mails: readonly TakenMail[];
  answer(answers: SmtpAnswers): Promise<void>;
  /** Empties `mails`. */
  forgetMails(): void;
}

export interface SmtpServerOptions {
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly startTls: boolean };
  readonly login?: { readonly user: string; readonly password: string };
}

/**
 * The Python programs to try. Debian's packages are for `/usr/bin/python3`, and another Python may come first on the
 * PATH.
 */
const pythons = ['python3', '/usr/bin/python3'];
const canImport = (path: string): boolean => spawnSync(path, ['-c', 'import aiosmtpd']).status === 0;
let python: string | null | undefined;

/** Starts the server. If Python or aiosmtpd is missing, the test is skipped. */
export async function smtpServerOrSkip(
  { skip }: Pick<TestContext, 'skip'>,
  { tls, login }: SmtpServerOptions = {},
): Promise<SmtpTestServer> {
  python ??= pythons.find(canImport) ?? null;
  if (python === null) {
    return skip('no mail server: Python with aiosmtpd is not installed (Debian: python3-aiosmtpd)');
  }
  const args = [
    ...(tls === undefined ? [] : ['--cert', tls.certFile, '--key', tls.keyFile]),
    ...(tls?.startTls === true ? ['--starttls'] : []),
    ...(login === undefined ? [] : ['--login', login.user, login.password]),
  ];
  const child = spawn(python, [join(import.meta.dirname, 'smtp_server.py'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const mails: TakenMail[] = [];
  lines.on('line', (line) => {
    if (line.startsWith('{')) {
      mails.push(takenMail.parse(JSON.parse(line)));
    }
  });
  const [started] = await once(lines, 'line');
  return {
    port: Number(String(started).slice('port '.length)),
    mails,
    async answer(answers) {
      const changed = Promise.withResolvers<void>();
      lines.on('line', (line) => line === 'answers changed' && changed.resolve());
      child.stdin.write(`${JSON.stringify(answers)}\n`);
      await changed.promise;
    },
    forgetMails() {
      mails.length = 0;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

const takenMail = z.object({
  from: z.string(),
  to: z.array(z.string()),
  tls: z.boolean(),
  authenticated: z.boolean(),
  headers: z.record(z.string(), z.string()),
  text: z.string(),
});
