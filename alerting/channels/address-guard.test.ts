import { describe, expect, test } from 'vitest'
import {
  type AddressPolicy,
  AddressRefusedError,
  assertAllowedHost,
  guardedLookup,
  isPrivateAddress,
} from './address-guard.ts'

describe('isPrivateAddress', () => {
  test.for([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    'not an address',
    '',
  ])('%s is', (address) => {
    expect(isPrivateAddress(address)).toBe(true)
  })

  test.for([
    '1.1.1.1',
    '8.8.8.8',
    '100.128.0.1',
    '172.32.0.1',
    '223.5.5.5',
    '2400:3200::1',
    '2606:4700::1111',
  ])('%s is not', (address) => {
    expect(isPrivateAddress(address)).toBe(false)
  })
})

describe('an address in the URL itself', () => {
  test.for([
    'http://127.0.0.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://１２７.0.0.1/',
  ])('%s is refused, and taken when the setting allows it', (url) => {
    const { hostname } = new URL(url)
    expect(() => assertAllowedHost(hostname, { allowPrivateReceivers: false })).toThrow(
      AddressRefusedError,
    )
    assertAllowedHost(hostname, { allowPrivateReceivers: true })
  })

  test.for(['http://223.5.5.5/', 'http://receiver.example/'])('%s is taken', (url) => {
    assertAllowedHost(new URL(url).hostname, { allowPrivateReceivers: false })
  })
})

describe('guardedLookup', () => {
  const GOOD = { address: '223.5.5.5', family: 4 }
  const BAD = { address: '10.0.0.1', family: 4 }

  function lookUp(policy: AddressPolicy, all: boolean): Promise<unknown> {
    return new Promise((resolve) => {
      guardedLookup(policy)('receiver.example', { all }, (error, address, family) => {
        resolve(error === null ? (all ? address : [address, family]) : error)
      })
    })
  }

  const answering = (...found: readonly { address: string; family: number }[]) => ({
    allowPrivateReceivers: false,
    resolve: async () => found,
  })

  test('hands on only what is allowed', async () => {
    expect(await lookUp(answering(BAD, GOOD), true)).toEqual([GOOD])
    expect(await lookUp(answering(BAD, GOOD), false)).toEqual(['223.5.5.5', 4])
  })

  test('refuses a name with nothing but private addresses', async () => {
    expect(await lookUp(answering(BAD), true)).toBeInstanceOf(AddressRefusedError)
    expect(await lookUp(answering(), false)).toBeInstanceOf(AddressRefusedError)
  })

  test('hands on all when the setting allows it', async () => {
    expect(await lookUp({ ...answering(BAD), allowPrivateReceivers: true }, true)).toEqual([BAD])
  })

  test('hands on that a name is unknown', async () => {
    const unknown = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    const policy = { allowPrivateReceivers: false, resolve: () => Promise.reject(unknown) }
    expect(await lookUp(policy, true)).toBe(unknown)
  })

  test('asks the machine when nobody else is named', async () => {
    expect(await lookUp({ allowPrivateReceivers: true }, true)).not.toEqual([])
  })
})
