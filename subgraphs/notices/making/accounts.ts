import { type Making, makeAll, pageSize } from './services.ts';

/** The number of pages that one run reads. The next run reads the rest. */
const maxPages = 20;

/**
 * Makes notices of charges, payments and refunds, which the follower of the payment system has noted. What is noted is
 * removed once its notice is made, and a notice is made once, so that a killed process loses and repeats nothing.
 */
export async function tellOfAccounts(making: Making): Promise<void> {
  const { accountNews, notices } = making;
  for (let pages = 0; pages < maxPages && !making.signal.aborted; pages += 1) {
    const news = await accountNews.newsOfAccounts(pageSize);
    for (const kind of new Set(news.map((one) => one.kind))) {
      const found = news
        .filter((one) => one.kind === kind)
        .map(({ patronId, subject }) => ({ kind, patronId, occasion: `${patronId} ${subject}` }));
      const unmade = new Set(
        await notices.unmadeNotices(
          kind,
          found.map(({ occasion }) => occasion),
        ),
      );
      await makeAll(
        making,
        found.filter(({ occasion }) => unmade.has(occasion)),
      );
    }
    await accountNews.newsTaken(news.map(({ id }) => id));
    if (news.length < pageSize) {
      return;
    }
  }
}
