import type { Page } from 'playwright-core';

/**
 * Makes a machine a station of the branch, in a page that a member of staff has signed in to. The page then waits for a
 * reader.
 */
export async function enrolStation(page: Page, url: string, branch: string): Promise<void> {
  const code = await page.evaluate(async (at) => {
    const { csrfToken } = (await (await fetch('/staff/session')).json()) as { csrfToken: string };
    const answer = await fetch('/staff/station-enrolments', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
      body: JSON.stringify({ name: 'Ground floor 1', branch: at }),
    });
    return ((await answer.json()) as { code: string }).code;
  }, branch);
  await page.goto(`${url}/station/`);
  await page.locator('input').fill(code);
  await page.keyboard.press('Enter');
  await page.locator('.tiles').waitFor();
}
