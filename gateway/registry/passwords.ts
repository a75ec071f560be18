import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** Work of one password check. The stored hash carries its own, so that it can be raised later. */
export interface ScryptCost {
  readonly blocks: number
  readonly blockSize: number
  readonly passes: number
}

/**
 * OWASP's equivalent of 2^17 blocks with less memory: 32 MiB, about a quarter of a second. Not its 16 MiB
 * variant: glibc keeps blocks up to 32 MiB for the thread that asked, which held 16 MiB a thread for ever.
 */
export const SCRYPT_COST: ScryptCost = { blocks: 2 ** 15, blockSize: 8, passes: 3 }

const HASH_BYTES = 32
const SALT_BYTES = 16
const FORM = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]+)$/

export async function hashPassword(password: string, cost: ScryptCost): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const key = await derive(password, salt, cost)
  const { blocks, blockSize, passes } = cost
  return ['scrypt', blocks, blockSize, passes, text(salt), text(key)].join('$')
}

/** Rejects when the stored hash is not one of ours: the database was tampered with. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, blocks, blockSize, passes, salt = '', key = ''] = FORM.exec(stored) ?? []
  if (key === '') throw new Error('The stored password hash has an unknown form.')
  const cost = { blocks: Number(blocks), blockSize: Number(blockSize), passes: Number(passes) }
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost)
  return timingSafeEqual(derived, Buffer.from(key, 'base64url'))
}

/** The same text typed on two keyboards is the same password (NFKC). */
function derive(password: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  const options = {
    N: cost.blocks,
    r: cost.blockSize,
    p: cost.passes,
    maxmem: 2 * 128 * cost.blocks * cost.blockSize,
  }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}

function text(bytes: Buffer): string {
  return bytes.toString('base64url')
}
