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

/**
 * What the browser need not do. Its address bar keeps two pages of its own ready, which no test sees, and which cost each window more
 * processor time than a page of ours. The others are Playwright's: the last list of the command line is the one that counts.
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
