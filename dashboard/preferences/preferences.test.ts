import { describe, expect, it } from 'vitest'
import { parsePreferences } from './preferences.ts'

const FALLBACK = { language: 'zh', theme: 'light' } as const

describe('parsePreferences', () => {
  it.each([
    [null, FALLBACK],
    ['', FALLBACK],
    ['[]', FALLBACK],
    ['null', FALLBACK],
    ['{"language":"en","theme":"dark"}', { language: 'en', theme: 'dark' }],
    ['{"language":"fr","theme":"dark"}', { language: 'zh', theme: 'dark' }],
    ['{"language":1}', FALLBACK],
  ])('%s', (text, expected) => {
    expect(parsePreferences(text, FALLBACK)).toEqual(expected)
  })
})
