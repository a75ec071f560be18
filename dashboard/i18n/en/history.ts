import type { Translated } from '../translated.ts'
import type { history as chinese } from '../zh/history.ts'

export const history: Translated<typeof chinese> = {
  history: {
    add: 'Add a device',
    remove: 'Remove {{name}}',
    empty: 'Choose a device to see its history; several can be compared.',
    from: 'From',
    to: 'To',
    earlier: 'Earlier',
    later: 'Later',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    howToZoom: 'Drag over a stretch of the chart, or turn the wheel, to zoom.',
    asTheyCame: 'Every point is one reading.',
    madeOf:
      'Every point is a mean of {{width}}, the band reaches from smallest to largest (from {{names}}).',
    missing: '{{count}} of the points do not exist any more, or lie outside your territory.',
    line: 'Point',
    min: 'Min',
    mean: 'Mean',
    max: 'Max',
    lastValue: 'Last',
    readings: 'Readings',
    notUsable: 'Not usable',
    alarms: 'Alarms in this time',
    noAlarms: 'No alarms in this time.',
    stillOn: 'not yet normal',
    export: 'Export',
    compare: 'Open in history',
  },
  historySpan: {
    hour: '1 h',
    sixHours: '6 h',
    day: '24 h',
    week: '7 days',
    month: '30 days',
    year: '1 year',
  },
  resolution: { raw: 'readings', minute: 'minutes', hour: 'hours' },
  exportEvery: { raw: 'every reading', '1m': 'by the minute', '1h': 'by the hour' },
}
