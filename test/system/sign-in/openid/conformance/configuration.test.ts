/**
 * The OpenID Foundation's plan `oidcc-config-certification-test-plan`, point by point. It has one module,
 * `oidcc-discovery-endpoint-verification`: the conditions below have their names there.
 */
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openedForTests } from '../../../../support/set-up/opened-for-tests.ts';
import { madeUpReaders } from '../../../../support/sign-in/made-up-readers.ts';
import { startSignInOfTests } from '../../../../support/sign-in/running-sign-in.ts';

const signIn = openedForTests(() => startSignInOfTests({ graph: madeUpReaders() }));
let response: Response;
let metadata: Readonly<Record<string, unknown>>;
beforeAll(async () => {
  response = await fetch(`${signIn.issuer.href}/.well-known/openid-configuration`);
  metadata = z.record(z.string(), z.unknown()).parse(await response.json());
});

const url = z.url({ protocol: /^https?$/ });

test.each([
  [
    'CheckDiscEndpointDiscoveryUrl: the URL is below the issuer, and answers with JSON',
    () => {
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    },
  ],
  [
    'CheckDiscEndpointIssuer: the issuer, without a query or a fragment',
    () => {
      expect(metadata.issuer).toBe(signIn.issuer.href);
    },
  ],
  ...['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'].map(
    (name) =>
      [
        `CheckDiscEndpoint: ${name} is a URL at the issuer`,
        () => {
          expect(url.parse(metadata[name])).toMatch(new RegExp(`^${signIn.issuer.href}/`));
        },
      ] as const,
  ),
  [
    'CheckDiscEndpointResponseTypesSupported: code',
    () => {
      expect(metadata.response_types_supported).toEqual(['code']);
    },
  ],
  [
    'CheckDiscEndpointSubjectTypesSupported',
    () => {
      expect(metadata.subject_types_supported).toEqual(['pairwise']);
    },
  ],
  [
    'CheckDiscEndpointIdTokenSigningAlgValuesSupported: RS256 is one of them',
    () => {
      expect(metadata.id_token_signing_alg_values_supported).toContain('RS256');
    },
  ],
  [
    'CheckDiscEndpointScopesSupported: openid is one of them',
    () => {
      expect(metadata.scopes_supported).toContain('openid');
    },
  ],
  [
    'CheckDiscEndpointGrantTypesSupported: authorization_code is one of them',
    () => {
      expect(metadata.grant_types_supported).toContain('authorization_code');
    },
  ],
  [
    'CheckDiscEndpointClaimsSupported: sub is one of them',
    () => {
      expect(metadata.claims_supported).toContain('sub');
    },
  ],
  [
    'CheckDiscEndpointClaimsParameterSupported, RequestParameterSupported and RequestUriParameterSupported',
    () => {
      expect(metadata.claims_parameter_supported).toBe(true);
      expect(metadata.request_parameter_supported ?? false).toBe(false);
      // Without this member, `request_uri` would count as supported (Discovery, section 3).
      expect(metadata.request_uri_parameter_supported).toBe(false);
    },
  ],
  [
    'CheckDiscEndpointTokenEndpointAuthMethods: no method with a shared key has an algorithm',
    () => {
      expect(metadata.token_endpoint_auth_signing_alg_values_supported).toEqual(
        expect.not.arrayContaining(['HS256', 'none']),
      );
    },
  ],
  [
    'CheckForUnexpectedParametersInServerMetadata: no member is null, and lists are not empty',
    () => {
      for (const [name, value] of Object.entries(metadata)) {
        expect([name, value]).not.toEqual([name, null]);
        expect([name, value]).not.toEqual([name, []]);
      }
    },
  ],
  [
    'CheckJwksUri, ValidateServerJWKs: keys for signatures with ids, and nothing private',
    async () => {
      const answer = await fetch(url.parse(metadata.jwks_uri));
      const { keys } = z
        .object({ keys: z.array(z.record(z.string(), z.unknown())) })
        .parse(await answer.json());
      expect(keys.length).toBeGreaterThan(0);
      expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
      for (const key of keys) {
        expect(key).toMatchObject({
          kty: expect.stringMatching(/^(RSA|EC)$/),
          use: 'sig',
          kid: expect.any(String),
        });
        expect(Object.keys(key)).toEqual(expect.not.arrayContaining(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']));
      }
    },
  ],
] as const)('%s', (_condition, check) => check());
