import { describe, expect } from 'vitest'
import { fillDistrict, startRegistry, test } from './registry.suite.ts'

const draft = { name: 'x', profileId: 'smoke', siteId: 'site-1', location: '' }

describe('DeviceCredentials', () => {
  test('lets in the device with its own token only', async ({ district, credentials }) => {
    const one = await district.createDevice({ ...draft, id: 'one' })
    const two = await district.createDevice({ ...draft, id: 'two' })
    expect(one.token).toMatch(/^[\w-]{43}$/)
    expect(credentials.verify('one', one.token)).toBe(true)
    expect(credentials.verify('one', two.token)).toBe(false)
    expect(credentials.verify('one', '')).toBe(false)
    expect(credentials.verify('one', `${one.token} `)).toBe(false)
    expect(credentials.verify('nobody', one.token)).toBe(false)
    expect(credentials.verify('__proto__', one.token)).toBe(false)
  })

  test('stores no token', async ({ district, database }) => {
    const { token } = await district.createDevice({ ...draft, id: 'one' })
    const rows = await database.kysely.selectFrom('device_credentials').selectAll().execute()
    const stored = rows.map((row) => Buffer.from(row.token_hash).toString('latin1')).join()
    expect(rows.find((row) => row.device_id === 'one')?.token_hash).toHaveLength(32)
    expect(stored).not.toContain(token)
  })

  test('a new token ends the old one and the sessions it opened', async ({
    district,
    credentials,
  }) => {
    const { token } = await district.createDevice({ ...draft, id: 'one' })
    const revoked: string[] = []
    credentials.onRevoke((deviceId) => revoked.push(deviceId))
    const renewed = await credentials.rotate('one')
    expect(credentials.verify('one', token)).toBe(false)
    expect(credentials.verify('one', renewed)).toBe(true)
    expect(revoked).toEqual(['one'])
  })

  test('a revoked device is out until it gets a new token', async ({ district, credentials }) => {
    const { token } = await district.createDevice({ ...draft, id: 'one' })
    const revoked: string[] = []
    credentials.onRevoke((deviceId) => revoked.push(deviceId))
    await credentials.revoke('one')
    expect(credentials.verify('one', token)).toBe(false)
    expect(revoked).toEqual(['one'])
    expect(credentials.verify('one', await credentials.rotate('one'))).toBe(true)
  })

  test('a removed device is out, and gets no new token', async ({ district, credentials }) => {
    const { token } = await district.createDevice({ ...draft, id: 'one' })
    const revoked: string[] = []
    credentials.onRevoke((deviceId) => revoked.push(deviceId))
    await district.removeDevice('one')
    expect(credentials.verify('one', token)).toBe(false)
    expect(revoked).toEqual(['one'])
    await expect(credentials.rotate('one')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('tokens outlive a restart', async ({ open, folder, clock }) => {
    const path = `${folder}/vigil.sqlite`
    const first = await open({ path })
    const before = await startRegistry({ database: first, clock })
    await fillDistrict(before.registry)
    const { token } = await before.registry.createDevice({ ...draft, id: 'one' })
    const renewed = await before.credentials.rotate('gas-1')
    await first.stop()
    const { credentials } = await startRegistry({ database: await open({ path }), clock })
    expect(credentials.verify('one', token)).toBe(true)
    expect(credentials.verify('gas-1', renewed)).toBe(true)
  })
})
