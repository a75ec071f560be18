import { expect, it } from 'vitest'
import type { Report } from './report.ts'
import { reportPicture } from './report-picture.ts'
import { reportText } from './report-text.ts'

const REPORT: Report = {
  at: '2026-01-02T03:04:05.000Z',
  machine: '2 × a processor',
  options: ['--rounds', '3'],
  isQuick: false,
  sections: [
    {
      ...{ name: 'one', title: 'One measurement', seconds: 3, failure: null, text: 'chatter' },
      remarks: ['A remark.'],
      figures: [
        {
          ...{ name: 'of a device', unit: 'bytes', better: 'less' },
          columns: [
            { who: 'vigil', rounds: [12, 10, 11] },
            { who: 'peer', rounds: [10, 10, 10] },
          ],
          limits: [
            { peer: 'peer', is: 'at most', bound: 1.2 },
            { peer: null, is: 'at most', bound: 5 },
          ],
        },
      ],
    },
    {
      ...{ name: 'two', title: 'Another', seconds: 1, failure: '1', text: 'what it printed' },
      ...{ remarks: [], figures: [] },
    },
  ],
}

it('the text begins with what was not kept and what ended badly', () => {
  const [head = ''] = reportText(REPORT).split('## ')
  expect(head).toContain('`npm run bench -- --rounds 3`')
  expect(head).toContain('1 of 2 limits are kept.')
  expect(head).toContain(
    '- One measurement, of a device (bytes): ≤ 5 was asked, 11 (10 … 12) found',
  )
  expect(head).toContain('- Another: **ended with 1**')
})

it('the text has a table of ours beside the peer, the remarks, and what a failed one printed', () => {
  const text = reportText(REPORT)
  expect(text).toContain('| bytes | vigil | peer |')
  expect(text).toContain('| of a device | 11 (10 … 12) | 10 (10 … 10) |')
  expect(text).toContain('A remark.')
  expect(text).toContain('what it printed')
  expect(text).not.toContain('chatter')
})

it('the picture holds every limit with its whole name and what was found', () => {
  const picture = reportPicture(REPORT)
  for (const part of ['One measurement', 'of a device: bytes', '≤ 1.2 × peer', '11 (10 … 12)']) {
    expect(picture).toContain(part)
  }
  expect(picture).toContain('1 of 2 kept')
})
