import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ROBOT_LIMITS } from '#config/limits.ts'
import { START_MS } from '../builders.suite.ts'
import type { Grade } from '../rules/alarm-rule.ts'
import type { OutboxEntry } from './outbox.ts'
import { mergeRobotMessages, type RobotPayload, robotPayload } from './robot-message.ts'

function aMessage(number: number, grade: Grade, text = `第 ${number} 处报警`): OutboxEntry {
  return {
    id: `msg_${number}`,
    channelId: 'robot',
    type: 'alarm.raised',
    alarmId: null,
    grade,
    payload: robotPayload('dingtalk', {
      language: 'zh',
      title: '【安哨】报警',
      line: { grade, text },
    }),
    createdAtMs: START_MS + number,
  }
}
const payloadOf = (entry: OutboxEntry | undefined) => entry?.payload as RobotPayload

describe('mergeRobotMessages', () => {
  test('one alone stays as it is', () => {
    expect(mergeRobotMessages([aMessage(1, 3)])).toEqual([])
    expect(mergeRobotMessages([aMessage(1, 1), aMessage(2, 3)])).toEqual([])
  })

  test('names the most urgent first, and counts by grade', () => {
    const [message, ...others] = mergeRobotMessages([
      aMessage(1, 4),
      aMessage(2, 2),
      aMessage(3, 3),
    ])
    expect(others).toEqual([])
    expect(message?.ids).toEqual(['msg_2', 'msg_3', 'msg_1'])
    expect(message?.entry.grade).toBe(2)
    expect(payloadOf(message?.entry)).toMatchObject({
      title: '【安哨】3 条报警',
      text: '【安哨】3 条报警（橙色 1，黄色 1，蓝色 1）',
      lines: [{ grade: 2 }, { grade: 3 }, { grade: 4 }],
      more: [],
    })
  })

  test('what has been merged is merged again, and nothing is counted twice', () => {
    const many = Array.from({ length: 500 }, (_, index) => aMessage(index, 3))
    const [first] = mergeRobotMessages(many)
    if (first === undefined) throw new Error('nothing was merged')
    const [again] = mergeRobotMessages([first.entry, aMessage(900, 2)])
    const { lines, more, text } = payloadOf(again?.entry)
    expect(lines.length + more.reduce((sum, { count }) => sum + count, 0)).toBe(501)
    expect(lines[0]?.text).toBe('第 900 处报警')
    expect(text).toBe('【安哨】501 条报警（橙色 1，黄色 500）')
  })

  test('whatever comes, each red one is named once, all are counted, and every message fits', () => {
    const messages = fc.array(
      fc.record({
        grade: fc.constantFrom<Grade>(1, 2, 3, 4),
        length: fc.integer({ min: 1, max: 200 }),
      }),
      { maxLength: 120 },
    )
    fc.assert(
      fc.property(messages, (given) => {
        const entries = given.map(({ grade, length }, index) =>
          aMessage(index, grade, `${index} ${'气'.repeat(length)}`),
        )
        const merged = mergeRobotMessages(entries)
        const gone = new Set(merged.flatMap(({ ids }) => ids))
        const left = [
          ...entries.filter(({ id }) => !gone.has(id)),
          ...merged.map(({ entry }) => entry),
        ]
        const lines = left.flatMap((entry) => payloadOf(entry).lines)
        const red = entries.filter(({ grade }) => grade === 1)
        const named = lines.filter(({ grade }) => grade === 1).map(({ text }) => text)
        expect(named.sort()).toEqual(
          red.flatMap((entry) => payloadOf(entry).lines[0]?.text ?? '').sort(),
        )
        const more = left.flatMap((entry) => payloadOf(entry).more)
        expect(lines.length + more.reduce((sum, { count }) => sum + count, 0)).toBe(entries.length)
        for (const { entry } of merged) {
          const texts = payloadOf(entry).lines.map(({ text }) => text)
          expect(Buffer.byteLength(texts.join('\n'))).toBeLessThanOrEqual(
            ROBOT_LIMITS.linesBytesMax,
          )
        }
      }),
    )
  })
})
