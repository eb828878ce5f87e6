import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const path = process.env.CHROMIUM ?? '/usr/bin/chromium';

/**
 * Whether Chromium is missing on this machine. If it is, prints a message that begins with `untried`, for example
 * `GraphiQL is not tried in a browser`.
 */
export function chromiumMissing(untried: string): boolean {
  const missing = !existsSync(path);
  if (missing) {
    process.stderr.write(`${untried}: there is none at ${path} (CHROMIUM names another).\n`);
  }
  return missing;
}

/**
 * Features of Chromium that tests don't need. The first two are pages that the address bar keeps ready. No test sees
 * these pages, but they cost each window more processor time than a page of ours. The other features are from
 * Playwright's own list. That list must be repeated here, because only the last list on the command line takes effect.
 */
const disabledFeatures = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'OptimizationHints',
  'ThirdPartyStoragePartitioning',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      `--disable-features=${disabledFeatures.join(',')}`,
    ],
  });
}

let shared: Promise<Browser> | null = null;

/**
 * The browser that all files of a worker use, one after the other, because its start takes seconds of processor time.
 * Closing it closes all contexts. The browser ends with this process.
 */
export async function sharedChromium(): Promise<Browser> {
  if (shared === null || !(await shared).isConnected()) {
    shared = launchChromium();
  }
  const browser = await shared;
  const close = async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  };
  return new Proxy(browser, {
    get(target, key) {
      const value = key === 'close' ? close : Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
