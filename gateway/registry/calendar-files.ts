import { LineCounter, parseDocument, stringify } from 'yaml'
import { type CalendarYear, calendarYearSchema } from '#config/calendars.ts'
import { issueInWords } from './issue-words.ts'

/** Something about a year of a calendar that has to be mended, at the field it is about. */
export interface CalendarFinding {
  /** E.g. `holidays.0.to`; empty: the whole. */
  readonly path: string
  readonly message: { readonly zh: string; readonly en: string }
}

export interface CheckedCalendar {
  /** Null: it cannot be used as it is. */
  readonly days: CalendarYear | null
  readonly findings: readonly CalendarFinding[]
}

/** A year as a file of the form of `config/calendars`. */
export function calendarFile(days: CalendarYear): string {
  const { calendar, year, source, holidays, workdays } = days
  return stringify({ calendar, year, source, holidays, workdays }, { lineWidth: 100 })
}

/** What a file says; a file that is none is a finding with its line. */
export function checkCalendarFile(text: string): CheckedCalendar {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0])
    return refused(
      `第 ${line} 行第 ${col} 列不是合法的 YAML：${error.message}`,
      `Line ${line}, column ${col} is no YAML: ${error.message}`,
    )
  }
  try {
    // Aliases may not blow a small file up.
    return checkCalendar(document.toJS({ maxAliasCount: 100 }))
  } catch (problem) {
    const { message } = problem as Error
    return refused(`文件无法读取：${message}`, `The file cannot be read: ${message}`)
  }
}

export function checkCalendar(definition: unknown): CheckedCalendar {
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) {
    return refused(
      '这不是一份日历文件：应包含 calendar、year、source、holidays、workdays。',
      'This is no calendar: it has calendar, year, source, holidays and workdays.',
    )
  }
  const parsed = calendarYearSchema.safeParse(definition, { reportInput: true })
  if (parsed.success) return { days: inOrder(parsed.data), findings: [] }
  const findings = parsed.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    message: issueInWords(issue),
  }))
  return { days: null, findings }
}

function inOrder(year: CalendarYear): CalendarYear {
  return {
    ...year,
    holidays: year.holidays.toSorted((one, other) => (one.from < other.from ? -1 : 1)),
    workdays: year.workdays.toSorted(),
  }
}

function refused(zh: string, en: string): CheckedCalendar {
  return { days: null, findings: [{ path: '', message: { zh, en } }] }
}
