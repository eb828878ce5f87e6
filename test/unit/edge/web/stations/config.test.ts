import { expect, test } from 'vitest';
import { readWebConfig } from '../../../../../edge/web/config.ts';

const staff = {
  WEB_STAFF_ISSUER: 'https://id.library.example',
  WEB_STAFF_CLIENT_ID: 'staff',
  WEB_STAFF_CLIENT_SECRET: 'a secret of the client',
};
const reader = {
  WEB_READER_ISSUER: 'https://id.library.example',
  WEB_READER_CLIENT_ID: 'my',
  WEB_READER_CLIENT_SECRET: 'a secret of the client',
};
const least = { WEB_SECRET: 'a secret of thirty-two characters', GRAPH_URL: 'http://127.0.0.1:4000/graphql' };
const key = { WEB_STATION_TOKEN_KEY_FILE: 'stations-key.json' };

test('there are stations where there is a key for their tokens', () => {
  expect(readWebConfig({ ...least, ...staff }).stations).toBeNull();
  expect(readWebConfig({ ...least, ...staff, ...key }).stations).toEqual({
    keyFile: 'stations-key.json',
    issuer: 'patron-graph-stations',
    audience: 'patron-graph',
    addresses: null,
  });
});

test('the networks in which stations stand are checked', () => {
  const read = (text: string) =>
    readWebConfig({ ...least, ...staff, ...key, LIBRARY_ADDRESSES: text }).stations?.addresses;
  expect(read('10.20.0.0/16, 192.0.2.7')).toEqual(['10.20.0.0/16', '192.0.2.7']);
  expect(() => read('the library')).toThrow('LIBRARY_ADDRESSES');
});

test('the servers of SIP2 are asked at the port of their metrics, which has no TLS', () => {
  const read = (url: string) => readWebConfig({ ...least, ...staff, WEB_SIP2_URL: url }).sip2?.origin;
  expect(read('http://sip2-status:9464')).toBe('http://sip2-status:9464');
  expect(() => read('https://sip2-status:9464')).toThrow('WEB_SIP2_URL');
  expect(() => read('http://sip2-status:9464/status')).toThrow('WEB_SIP2_URL');
});

test('without staff nobody could enrol a station', () => {
  expect(() => readWebConfig({ ...least, ...reader, ...key })).toThrow('WEB_STAFF_ISSUER');
});
