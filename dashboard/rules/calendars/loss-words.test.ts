import { describe, expect, test } from 'vitest'
import { hoursOf, stretchText } from './loss-words.ts'

const SHANGHAI = { timeZone: 'Asia/Shanghai', language: 'en' } as const

describe('stretchText', () => {
  test.for([
    ['2027-03-01T00:00:00Z', '2027-03-01T10:00:00Z', '03-01 Mon 08:00–18:00'],
    ['2027-03-01T14:00:00Z', '2027-03-01T22:00:00Z', '03-01 Mon 22:00 – 03-02 Tue 06:00'],
    ['2027-02-28T16:00:00Z', '2027-03-01T16:00:00Z', '03-01 Mon 00:00–24:00'],
    ['2027-02-28T16:00:00Z', '2027-03-03T16:00:00Z', '03-01 Mon 00:00 – 03-03 Wed 24:00'],
  ] as const)('%s to %s is %s', ([from, to, text]) => {
    expect(stretchText({ from, to }, SHANGHAI)).toBe(text)
  })

  test('is told in Chinese, and by the zone of the rule', () => {
    const stretch = { from: '2027-03-01T08:00:00Z', to: '2027-03-01T16:30:00Z' }
    const zone = { timeZone: 'Europe/Berlin', language: 'zh' } as const
    expect(stretchText(stretch, zone)).toBe('03-01 周一 09:00–17:30')
    expect([hoursOf(20 * 3_600_000), hoursOf(27_000_000)]).toEqual([20, 7.5])
  })
})
