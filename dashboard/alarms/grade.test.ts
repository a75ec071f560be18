import { describe, expect, it } from 'vitest'
import { GRADES, parseGrade, presentGrade } from './grade.ts'

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(colour.slice(start, start + 2), 16) / 255
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

describe('presentGrade', () => {
  it('gives every grade a letter, a shape, a glyph and a colour of its own', () => {
    const all = GRADES.map(presentGrade)
    for (const property of ['letter', 'shape', 'glyph', 'fill'] as const) {
      expect(new Set(all.map((one) => one[property])).size).toBe(GRADES.length)
    }
  })

  it('has letters that are readable on their colour', () => {
    for (const grade of GRADES) {
      const { fill, ink } = presentGrade(grade)
      expect(contrast(fill, ink), `grade ${grade}`).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('reads a grade from an address and nothing else', () => {
    expect(['1', '4', '0', '5', 'x', ''].map(parseGrade)).toEqual([1, 4, null, null, null, null])
  })
})
