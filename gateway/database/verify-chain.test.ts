import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect } from 'vitest'
import { test } from '../http/http-server.suite.ts'
import { verifyChain } from './verify-chain.ts'

const ALL = { from: 1, to: null }

/** What somebody does to the file behind our back, and what is found. */
const DEEDS = [
  ['a note is edited', "UPDATE alarm_timeline SET note = 'x' WHERE position = 2", 'edited', 2],
  [
    'a time is edited',
    'UPDATE alarm_timeline SET at_ms = at_ms - 1 WHERE position = 3',
    'edited',
    3,
  ],
  ['a person is edited', "UPDATE alarm_timeline SET actor = 'y' WHERE position = 2", 'edited', 2],
  ['an entry is deleted', 'DELETE FROM alarm_timeline WHERE position = 2', 'deleted', 2],
  ['the last is deleted', 'DELETE FROM alarm_timeline WHERE position = 4', 'deleted', 4],
  [
    'an entry is put in',
    `INSERT INTO alarm_timeline (alarm_id, sequence, at_ms, kind, actor, note, state, value, grade)
     SELECT alarm_id, 99, at_ms, 'commented', 'z', 'x', state, value, grade
     FROM alarm_timeline WHERE position = 1`,
    'inserted',
    0,
  ],
  ['an alarm is edited', 'UPDATE alarms SET grade = 4', 'alarm-edited', 4],
  ['an alarm is deleted', 'DELETE FROM alarms', 'alarm-edited', 4],
  [
    'an entry is hashed anew',
    `UPDATE alarm_timeline SET note = 'x', hash = (SELECT hash FROM alarm_timeline WHERE position = 1)
     WHERE position = 2`,
    'edited',
    2,
  ],
] as const

describe('the chain of time lines', () => {
  test('is proven as it was written, in ranges, and names the first break', async ({
    district,
  }) => {
    const id = await district.raise('a')
    await district.alarmVerbs.comment(id, { actor: 'li', note: '阀门已关 "x" \u0000' })
    await district.alarmVerbs.acknowledge(id, { actor: 'li' })
    await district.alarmVerbs.assign(id, { actor: 'li', assignee: 'wang' })
    const path = join(district.folder, 'vigil.db')
    const proof = verifyChain(path, ALL)
    expect(proof).toMatchObject({ entries: 4, from: 1, to: 4, firstBreak: null })
    expect(verifyChain(path, { from: 2, to: 3 })).toMatchObject({ entries: 2, firstBreak: null })

    const database = new DatabaseSync(path)
    for (const [what, sql, kind, position] of DEEDS) {
      const copy = join(district.folder, `${kind}-${position}-${what.length}.db`)
      database.exec(`VACUUM INTO '${copy}'`)
      const hand = new DatabaseSync(copy)
      hand.exec(sql)
      hand.close()
      expect(verifyChain(copy, ALL).firstBreak, what).toMatchObject({ kind, position })
    }
    database.close()
    // Whoever writes the whole chain anew is betrayed by the hash that was written down elsewhere.
    expect(verifyChain(path, { from: 1, to: 4 }).headHash).toBe(proof.headHash)
  })
})
