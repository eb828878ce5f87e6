import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const path = process.env.CHROMIUM ?? '/usr/bin/chromium';

/**
 * Whether there is no Chromium here; where there is none, prints what isn't tried because of that, as in `GraphiQL is not
 * tried in a browser`.
 */
export function chromiumMissing(untried: string): boolean {
  const missing = !existsSync(path);
  if (missing) {
    process.stderr.write(`${untried}: there is none at ${path} (CHROMIUM names another).\n`);
  }
  return missing;
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
}
