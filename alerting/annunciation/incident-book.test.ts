import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anAnnunciation, LOAD_SETTINGS } from './builders.suite.ts'
import { IncidentBook } from './incident-book.ts'

const WINDOW_MS = LOAD_SETTINGS.incident.windowMs

function joined(...annunciations: Parameters<typeof anAnnunciation>[]) {
  const book = new IncidentBook(LOAD_SETTINGS.incident)
  return annunciations.map((made) => {
    const place = book.hear(anAnnunciation(...made))
    return place === null ? null : `${place.incidentId} ${place.ordinal}`
  })
}

describe('IncidentBook', () => {
  it('numbers what comes together at one site; what came first is the first-out', () => {
    expect(joined(['a', 0], ['b', 10], ['c', WINDOW_MS])).toEqual(['inc_a 1', 'inc_a 2', 'inc_a 3'])
  })

  it('keeps the order of the engine within one millisecond', () => {
    expect(joined(['z', 5], ['a', 5], ['m', 5])).toEqual(['inc_z 1', 'inc_z 2', 'inc_z 3'])
  })

  it('counts the window from the last alarm, and begins anew after it', () => {
    expect(
      joined(['a', 0], ['b', WINDOW_MS], ['c', 2 * WINDOW_MS], ['d', 3 * WINDOW_MS + 1]),
    ).toEqual(['inc_a 1', 'inc_a 2', 'inc_a 3', 'inc_d 1'])
  })

  it('keeps sites apart', () => {
    expect(joined(['a', 0], ['b', 1, { siteId: 'yard' }], ['c', 2])).toEqual([
      'inc_a 1',
      'inc_b 1',
      'inc_a 2',
    ])
  })

  it('gives an alarm one place for its life, also when it occurs again much later', () => {
    expect(joined(['a', 0], ['b', 1], ['a', 9 * WINDOW_MS, { sequence: 4 }])).toEqual([
      'inc_a 1',
      'inc_a 2',
      null,
    ])
  })

  it('takes no hidden alarm for the first of anything', () => {
    expect(joined(['a', 0, { isHidden: true }], ['b', 1])).toEqual([null, 'inc_b 1'])
  })

  it('finds the same places again, wherever writing them down was cut off', () => {
    const steps = fc.array(
      fc.record({
        gapMs: fc.integer({ min: 0, max: 2 * WINDOW_MS }),
        siteId: fc.constantFrom('plant', 'yard'),
      }),
      { minLength: 1, maxLength: 30 },
    )
    fc.assert(
      fc.property(steps, fc.nat(30), (made, written) => {
        let atMs = 0
        const all = made.map(({ gapMs, siteId }, index) => {
          atMs += gapMs
          return anAnnunciation(`alarm-${index}`, atMs, { siteId })
        })
        const live = new IncidentBook(LOAD_SETTINGS.incident)
        const places = all.map((annunciation) => live.hear(annunciation))
        const restarted = new IncidentBook(LOAD_SETTINGS.incident)
        const again = all.map((annunciation, index) => {
          const place = places[index] ?? null
          if (place === null || index >= written) return restarted.hear(annunciation)
          restarted.restore(annunciation, place)
          return place
        })
        expect(again).toEqual(places)
      }),
    )
  })
})
