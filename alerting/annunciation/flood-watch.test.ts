import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FloodWatch, type Position } from './flood-watch.ts'

const SETTINGS = { windowMs: 600_000, startsAbove: 10, endsBelow: 5 }
const MINUTE_MS = 60_000
const HERE: readonly Position[] = ['town']

function heard(...atMs: readonly number[]) {
  const watch = new FloodWatch(SETTINGS)
  return { watch, changes: atMs.flatMap((at) => watch.hear(at, HERE)) }
}

const times = (count: number, everyMs = 1_000) =>
  Array.from({ length: count }, (_, index) => index * everyMs)

describe('FloodWatch', () => {
  it('begins a flood with the eleventh alarm of ten minutes, not with the tenth', () => {
    expect(heard(...times(10)).changes).toEqual([])
    expect(heard(...times(11)).changes).toEqual([
      { position: 'town', isFlooded: true, atMs: 10_000 },
    ])
  })

  it('does not begin one by eleven alarms in more than ten minutes', () => {
    expect(heard(...times(11, MINUTE_MS + 1_000)).changes).toEqual([])
  })

  it('ends it when fewer than five are left, at the instant at which the fifth last leaves', () => {
    const { watch } = heard(...times(11))
    // Until 606 s there are five of them (6 s to 10 s).
    expect(watch.advance(605_999)).toEqual([])
    expect(watch.advance(900_000)).toEqual([{ position: 'town', isFlooded: false, atMs: 606_000 }])
    expect(watch.stateOf('town')).toEqual({ recent: 0, sinceMs: null })
  })

  it('is one flood while the number stays at five or more', () => {
    const { changes } = heard(...times(60, MINUTE_MS / 2))
    expect(changes).toHaveLength(1)
  })

  it('counts an alarm for each position that has it in its territory', () => {
    const watch = new FloodWatch(SETTINGS)
    for (let index = 0; index < 12; index += 1) {
      watch.hear(index, [null, 'town', index % 2 === 0 ? 'acme' : 'paint'])
    }
    expect(['town', 'acme', 'paint'].map((id) => watch.stateOf(id).recent)).toEqual([12, 6, 6])
    expect([null, 'town', 'acme'].map((id) => watch.isFlooded(id))).toEqual([true, true, false])
  })

  it('keeps a bounded memory of a storm', () => {
    const watch = new FloodWatch(SETTINGS)
    for (let index = 0; index < 10_000; index += 1) watch.hear(index / 10, HERE)
    expect(watch.stateOf('town').recent).toBe(10_000)
    watch.advance(700_000)
    expect(watch.hasAny).toBe(false)
  })

  it('agrees with counting everything anew, to the second', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 120 })
    fc.assert(
      fc.property(gaps, (seconds) => {
        const watch = new FloodWatch(SETTINGS)
        const all: number[] = []
        let atMs = 0
        let isFlooded = false
        for (const gap of seconds) {
          // Second by second, so that an end is not passed over.
          for (let step = 0; step < gap; step += 1) {
            atMs += 1_000
            watch.advance(atMs)
            if (recentOf(all, atMs) < SETTINGS.endsBelow) isFlooded = false
          }
          all.push(atMs)
          watch.hear(atMs, HERE)
          if (recentOf(all, atMs) > SETTINGS.startsAbove) isFlooded = true
          expect(watch.stateOf('town').recent).toBe(recentOf(all, atMs))
          expect(watch.isFlooded('town')).toBe(isFlooded)
        }
      }),
      { numRuns: 50 },
    )
  })
})

function recentOf(all: readonly number[], nowMs: number): number {
  return all.filter((atMs) => atMs > nowMs - SETTINGS.windowMs).length
}
