import { hash, randomBytes } from 'node:crypto'

const TOKEN_BYTES = 32

/** 256 random bits, base64url: 43 characters. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

/**
 * Plain SHA-256 is enough for a secret of 256 random bits: there is nothing to guess, and a device's
 * log-in must not cost what a person's does.
 */
export function hashOfToken(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
