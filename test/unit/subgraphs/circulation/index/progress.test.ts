import { expect, test, vi } from 'vitest';
import { createContext, type ResolverServices } from '../../../../../subgraphs/circulation/context.ts';
import { branchCountResolvers } from '../../../../../subgraphs/circulation/resolvers/library/counts.ts';
import { titleResolvers } from '../../../../../subgraphs/circulation/resolvers/titles.ts';
import { noBranches } from '../../../../../subgraphs/library/branches.ts';
import { staff } from '../../../../support/callers.ts';

const { signal } = new AbortController();

test('a request asks once how far the index is, however many titles and branches it shows', async () => {
  const progress = vi.fn(async () => ({ isOpen: true, isWhole: true, asOf: null }));
  const index = {
    progress,
    queueLengths: async (titles: readonly string[]) => titles.map(() => 3),
    branchCounts: async () => [{ branch: 'HKCL', loansOut: 7 }],
  };
  const services = { index } as unknown as ResolverServices;
  const context = createContext(services, { clock: () => new Date(), branches: noBranches }, staff, signal);
  const queues = ['B0000001', 'B0000002', 'B0000003'].map((titleNumber) =>
    titleResolvers.queueLength({ titleNumber }, {}, context),
  );
  const branch = { code: 'HKCL' } as Parameters<typeof branchCountResolvers.loansOut>[0];
  expect(await Promise.all(queues)).toEqual([3, 3, 3]);
  expect(await branchCountResolvers.loansOut(branch, {}, context)).toBe(7);
  expect(progress).toHaveBeenCalledTimes(1);
});
