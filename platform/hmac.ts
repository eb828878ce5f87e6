import { createHmac, createSecretKey, type Hmac } from 'node:crypto';

/**
 * HMAC-SHA-256 (RFC 2104). For a key as bytes, `createHmac` first finds out what the key is, which takes three times as
 * long as all the rest.
 */
export const hmacSha256 = (key: Uint8Array): Hmac => createHmac('sha256', createSecretKey(key));
