import { describe, expect } from 'vitest'
import { START_MS } from './builders.suite.ts'
import { test } from './database.suite.ts'
import { HandoverStore, type StoredHandover } from './handover-store.ts'

const SIGNED: StoredHandover = {
  id: 'hov_1',
  organizationId: null,
  createdAtMs: START_MS,
  situation: '{}',
  notes: 'n',
  digest: 'd',
  outgoing: 'lin',
  outgoingAtMs: START_MS,
  incoming: null,
  incomingAtMs: null,
  incomingNotes: null,
}

describe('HandoverStore', () => {
  test('keeps a hand-over as it was signed, against every statement', async ({ database }) => {
    const store = new HandoverStore(database)
    await store.add(SIGNED)
    const change = (sql: string) => database.batch([{ sql, parameters: [] }])
    await expect(change(`UPDATE handovers SET situation = 'x'`)).rejects.toThrow()
    await expect(change('DELETE FROM handovers')).rejects.toThrow()
    const signature = { incoming: 'wang', atMs: START_MS + 1, notes: '' }
    expect(await store.accept('hov_1', signature)).toBe(true)
    expect(await store.accept('hov_1', { ...signature, incoming: 'chen' })).toBe(false)
    await expect(change(`UPDATE handovers SET incoming = 'chen'`)).rejects.toThrow()
    expect(await store.get('hov_1')).toMatchObject({ incoming: 'wang', situation: '{}' })
  })
})
