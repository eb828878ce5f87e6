import { expect, test } from 'vitest';
import { systemForTests } from '../system-for-tests.ts';

const system = systemForTests();

const branches = async (language?: string) => {
  const { body } = await system.ask('{ branches { code name } }', language === undefined ? {} : { language });
  return body.data?.branches;
};

test('everybody sees the branches and their opening hours', async () => {
  const { body } = await system.ask('{ branches { code name openingHours { day opens closes } } }');
  expect(body.errors).toBeUndefined();
  expect(body.data?.branches).toHaveLength(4);
  expect(body.data).toMatchObject({
    branches: [
      {
        code: 'HKCL',
        name: 'Hong Kong Central Library',
        openingHours: expect.arrayContaining([{ day: 'MONDAY', opens: '10:00', closes: '21:00' }]),
      },
      { code: 'NPPL' },
      { code: 'STCL' },
      { code: 'TSTPL' },
    ],
  });
});

test.each([
  [undefined, 'Hong Kong Central Library'],
  ['en-GB,en;q=0.9', 'Hong Kong Central Library'],
  ['zh-HK', '香港中央圖書館'],
  ['zh-Hant-HK,en;q=0.5', '香港中央圖書館'],
  ['fr, zh;q=0.3, en;q=0.2', '香港中央圖書館'],
  ['fr-FR', 'Hong Kong Central Library'],
  ['*', 'Hong Kong Central Library'],
  ['zh;q=0, en;q=0', 'Hong Kong Central Library'],
  [';;,,q=', 'Hong Kong Central Library'],
])('with Accept-Language %s the first branch is %s', async (language, name) => {
  expect(await branches(language)).toMatchObject([{ code: 'HKCL', name }, {}, {}, {}]);
});

test('a copy has its branch, and a hold its pick-up branch', async () => {
  const { body } = await system.ask(
    '{ item(itemNumber: "31852000000015") { branch location { code name } } }',
  );
  expect(body.errors).toBeUndefined();
  const item = body.data?.item as { branch: string; location: { code: string } };
  expect(item.location.code).toBe(item.branch);
  const token = await system.token({ scope: 'patrons:read circulation:read' });
  await system.read('{ patron(id: "P0000004") { holds { pickupBranch pickup { name } } } }', { token });
});

test('BRANCH_NOT_FOUND: a hold must name a branch of the library', async () => {
  const token = await system.token({ scope: 'circulation:write' });
  const input = { reader: { patronId: 'P0000002' }, titleNumber: 'B0000003', pickupBranch: 'MOON' };
  const selection = 'operation { state } hold { id } problems { code message }';
  expect(await system.change('placeHold', selection, input, { token })).toEqual({
    operation: { state: 'REFUSED' },
    hold: null,
    problems: [{ code: 'BRANCH_NOT_FOUND', message: expect.stringContaining('branch') }],
  });
});
