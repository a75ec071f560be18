import type { Translated } from '../translated.ts'
import type { duties as chinese } from '../zh/duties.ts'

export const duties: Translated<typeof chinese> = {
  duty: {
    title: 'Duties of responsible persons',
    tab: 'Duties',
    report: 'Report',
    outcome: 'Outcome',
    person: 'Responsible person',
    doneAt: 'When',
    doneAtHint: 'Left empty: now.',
    note: 'Note',
    noteRequired: 'Say why it was not done',
    due: 'due {{day}}',
    overdueBy: 'overdue by {{days}} d',
    every: 'every {{days}} days',
    onOccasion: 'on occasion',
    unverified: 'wording to be verified',
    nobody: 'nobody named yet',
    records: 'Reports',
    noRecords: 'Nothing was reported yet.',
    recordedBy: 'reported by {{name}}',
  },
  dutyState: {
    'on-occasion': 'on occasion',
    'not-begun': 'not begun',
    done: 'done',
    'due-soon': 'due soon',
    overdue: 'overdue',
  },
  dutyOutcome: { done: 'done', 'not-done': 'not done' },
  dutyView: { overdue: 'Overdue', 'due-soon': 'Due soon', all: 'All' },
  dutyEmpty: {
    overdue: 'No duty is overdue',
    'due-soon': 'No duty is due soon',
    all: 'There is no hazard source yet',
  },
}
