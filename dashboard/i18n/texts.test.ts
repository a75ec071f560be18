import { describe, expect, it } from 'vitest'
import { REJECTION_REASONS } from '../../gateway/decoders/rejection.ts'
import { ERROR_CODES } from '../../gateway/errors.ts'
import { PROBLEMS } from '../../gateway/http/problem.ts'
import { en } from './en.ts'
import type { Texts } from './translated.ts'
import { zh } from './zh.ts'

function flatten(texts: Texts): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [group, entries] of Object.entries(texts)) {
    for (const [key, text] of Object.entries(entries)) flat.set(`${group}.${key}`, text)
  }
  return flat
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort()
}

describe('texts', () => {
  const chinese = flatten(zh)
  const english = flatten(en)

  it('both languages have the same keys', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
  })

  it('no text is empty, and each uses the same placeholders in both languages', () => {
    for (const [key, text] of chinese) {
      expect(text.trim(), key).not.toBe('')
      const translated = english.get(key) ?? ''
      expect(translated.trim(), key).not.toBe('')
      // A sentence may leave out a word the other language needs, but not a figure.
      expect(placeholders(translated), key).toEqual(placeholders(text))
    }
  })

  it('English texts hold no Chinese, except the name of the language to switch to', () => {
    const left = [...english].filter(
      ([key, text]) => key !== 'menu.language' && /\p{Script=Han}/u.test(text),
    )
    expect(left).toEqual([])
  })

  it('every error of the gateway that a person can do something about has words', () => {
    const answered = ERROR_CODES.filter((code) => PROBLEMS[code].status !== 500)
    const missing = answered.filter((code) => !chinese.has(`problem.${code}`))
    expect(missing).toEqual([])
  })

  it('every reason for which a message of a device is rejected has words', () => {
    const missing = REJECTION_REASONS.filter((reason) => !chinese.has(`rejection.${reason}`))
    expect(missing).toEqual([])
  })
})
