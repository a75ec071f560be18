import type { AlarmDto } from '../../gateway/contract.ts'

export type Grade = AlarmDto['grade']
export const GRADES = [1, 2, 3, 4] as const satisfies readonly Grade[]

export interface GradePresentation {
  /** Never a bare figure: "first alarm" of a detector is the milder of two, grade 1 is the worst. */
  readonly letter: 'A' | 'B' | 'C' | 'D'
  readonly shape: 'diamond' | 'triangle' | 'square' | 'circle'
  readonly glyph: '◆' | '▲' | '■' | '●'
  readonly fill: string
  /** Of the letter on `fill`; at least 4.5:1. */
  readonly ink: string
}

/**
 * Shape, letter and colour each tell the grade alone, so that it is seen without colours too. These
 * four colours are used for alarms and for nothing else, the same by day and by night.
 */
const PRESENTATIONS: Readonly<Record<Grade, GradePresentation>> = {
  1: { letter: 'A', shape: 'diamond', glyph: '◆', fill: '#c8102e', ink: '#ffffff' },
  2: { letter: 'B', shape: 'triangle', glyph: '▲', fill: '#f08000', ink: '#000000' },
  3: { letter: 'C', shape: 'square', glyph: '■', fill: '#f5cd00', ink: '#000000' },
  4: { letter: 'D', shape: 'circle', glyph: '●', fill: '#1d5fd0', ink: '#ffffff' },
}

export function presentGrade(grade: Grade): GradePresentation {
  return PRESENTATIONS[grade]
}

export function parseGrade(text: string): Grade | null {
  return GRADES.find((grade) => String(grade) === text) ?? null
}
