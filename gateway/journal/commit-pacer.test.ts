import { describe, expect, test } from 'vitest'
import { JOURNAL_LIMITS } from '#config/limits.ts'
import { CommitPacer } from './commit-pacer.ts'

describe('CommitPacer', () => {
  test('waits for nobody at first', () => {
    expect(new CommitPacer().appendsToWaitFor()).toBe(0)
  })

  test('waits for as many as the largest of the last 32 batches held', () => {
    const pacer = new CommitPacer()
    for (const size of [1, 40, 3]) pacer.committed(size, 0)
    expect(pacer.appendsToWaitFor()).toBe(40)
    for (let i = 0; i < 32; i++) pacer.committed(2, 0)
    expect(pacer.appendsToWaitFor()).toBe(2)
  })

  test('each 32nd batch waits its full time', () => {
    const pacer = new CommitPacer()
    const waits = Array.from({ length: 64 }, () => {
      const wait = pacer.appendsToWaitFor()
      pacer.committed(1, 0)
      return wait
    })
    expect(waits.flatMap((wait, i) => (wait === Number.POSITIVE_INFINITY ? [i] : []))).toEqual([
      31, 63,
    ])
  })

  test('a steady stream settles at one commit per full wait, not at one commit a reading', () => {
    // Three arrive each ms; a commit takes one ms, and with the wait before it five.
    const pacer = new CommitPacer()
    let nowMs = 0
    let commits = 0
    let pending = 3
    while (nowMs < 10_000) {
      const target = pacer.appendsToWaitFor()
      for (let waitedMs = 0; waitedMs < pacer.ageToWaitMs() && pending < target; waitedMs++) {
        nowMs += 1
        pending += 3
      }
      pacer.committed(pending, 1)
      commits += 1
      nowMs += 1
      pending = 3
    }
    expect(commits).toBeLessThan(2_100)
  })

  test('waits so long that the commit is done within the limit, as far as it can be', () => {
    const pacer = new CommitPacer()
    expect(pacer.ageToWaitMs()).toBe(JOURNAL_LIMITS.commitAgeMsMax)
    for (let i = 0; i < 100; i++) pacer.committed(1, 2)
    expect(pacer.ageToWaitMs()).toBeCloseTo(JOURNAL_LIMITS.commitAgeMsMax - 2)
    for (let i = 0; i < 100; i++) pacer.committed(1, 400)
    expect(pacer.ageToWaitMs()).toBe(1)
  })
})
