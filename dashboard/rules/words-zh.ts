import type { ConditionOf, RuleSchedule } from './rule-types.ts'
import { durationParts, type Phrases } from './words-language.ts'

const GRADES = ['', '红色', '橙色', '黄色', '蓝色']
const UNITS = { day: '天', hour: '小时', minute: '分钟', second: '秒' } as const
const DAYS: Readonly<Record<RuleSchedule['spans'][number]['days'][number], string>> = {
  mon: '周一',
  tue: '周二',
  wed: '周三',
  thu: '周四',
  fri: '周五',
  sat: '周六',
  sun: '周日',
  workday: '工作日',
  restday: '休息日',
  holiday: '法定节假日',
}
const PER = { second: '每秒', minute: '每分钟', hour: '每小时' } as const
const CHANGE: Readonly<Record<ConditionOf<'rate'>['change'], string>> = {
  rise: '上升',
  fall: '下降',
  either: '变化',
}
const AGGREGATE: Readonly<Record<ConditionOf<'aggregate'>['aggregate'], string>> = {
  mean: '平均值',
  min: '最小值',
  max: '最大值',
  sum: '累计值',
  count: '读数个数',
}

const duration = (ms: number | undefined): string => {
  if (ms === undefined || Number.isNaN(ms)) return '–'
  const { figure, unit } = durationParts(ms)
  return `${figure} ${UNITS[unit]}`
}
const beyond = (direction: 'high' | 'low') => (direction === 'high' ? '≥' : '≤')
const joined = (match: 'all' | 'any', tests: readonly string[]) =>
  tests.join(match === 'all' ? '，并且' : '，或者')
const schedule = ({ active, spans, timeZone, calendar }: Partial<RuleSchedule>) => {
  const when = (spans ?? [])
    .map(({ days, from, to }) => `${days.map((day) => DAYS[day]).join('、')} ${from}–${to}`)
    .join('；')
  const clock = timeZone === undefined || timeZone === 'Asia/Shanghai' ? '' : `（${timeZone}）`
  const days = calendar === undefined || calendar === 'cn' ? '' : `（按日历 ${calendar}）`
  return `${active === 'outside' ? `${when} 以外的时间` : when}${days}${clock}`
}

export const ZH: Phrases = {
  grade: (grade) => GRADES[grade ?? 0] ?? '',
  label: (label) => label?.zh ?? '',
  bracketed: (text) => (text === '' ? '' : `（${text}）`),
  duration,
  minutes: (minutes) => (minutes === undefined ? '–' : duration(minutes * 60_000)),
  perTime: (unit, per) => `${unit ?? ''}（${PER[per]}）`,
  boolean: (point, is, raised) => `${point}为“${is ? '是' : '否'}”时，报${raised}。`,
  noData: (point, after, raised) =>
    `${point}超过 ${after} 没有收到数据时，报${raised}；收到数据即恢复。`,
  stuck: (point, { epsilon, after, readings }, raised) =>
    `${point}在 ${after} 内、至少 ${readings} 个读数的变化都不超过 ${epsilon} 时（读数卡住），报${raised}。`,
  combination: (match, tests, raised) => `${joined(match, tests)}时，报${raised}。`,
  group: (match, tests) => `（${joined(match, tests)}）`,
  compared: (point, direction, setpoint) => `${point} ${beyond(direction)} ${setpoint}`,
  isSet: (point, is) => `${point}为“${is ? '是' : '否'}”`,
  schedule: (when) => `处于 ${schedule(when)}`,
  forecast: (point, { target, window }, steps) =>
    `按最近 ${window} 的趋势，预计${point}到达 ${target}：${steps
      .map(({ within, raised }) => `${within}内报${raised}`)
      .join('；')}。`,
  rate: (point, change, window) => `${point}按最近 ${window} 的趋势${CHANGE[change]}`,
  deviation: (point, side, from) =>
    `${point}${side === 'above' ? '高出' : side === 'below' ? '低于' : '偏离'} ${from} 的幅度`,
  count: (point, { needed, of, within }) =>
    needed === of
      ? `${point}连续 ${of} 个读数${within === null ? '' : `（${within}内）`}`
      : `${point}最近 ${of} 个读数中有 ${needed} 个${within === null ? '' : `（${within}内）`}`,
  aggregate: (point, aggregate, window) => `${point}最近 ${window} 的${AGGREGATE[aggregate]}`,
  vote: (needed, voters) => `${voters.join('、')} 这 ${voters.length} 个测点中至少 ${needed} 个`,
  season: (point, { judge, hours, edge, less }) => {
    if (judge === 'band') return `${point}偏离往日同一时段的程度（离散度的倍数）`
    const figure =
      judge === 'ahead'
        ? `按往日规律预测，${point}在今后 ${hours} 小时内的极值`
        : `按往日规律预测，${point}今后 24 小时的总量`
    const edged = edge === 'upper' ? '（取上沿）' : edge === 'lower' ? '（取下沿）' : ''
    return `${figure}${edged}${less === null ? '' : `减去 ${less}`}`
  },
  expression: (expression) => `表达式 ${expression} 的结果`,
  attribute: (name) => (name === 'range.max' ? '量程上限' : '量程下限'),
  step: (direction, setpoint, raised) => `${beyond(direction)} ${setpoint} 报${raised}`,
  clears: (direction, at) =>
    direction === 'high' ? `回落到 ${at} 以下才算恢复` : `回升到 ${at} 以上才算恢复`,
  levels: (subject, steps, clears) => `${subject} ${steps.join('，')}；${clears}。`,
  behaviour: {
    onDelay: (delay) => (delay === null ? '条件一满足就报警。' : `持续 ${delay} 才报警。`),
    offDelay: (delay) =>
      delay === null ? '条件一消失就算恢复。' : `恢复正常持续 ${delay} 才算恢复。`,
    latching: (is) => (is ? '恢复后报警保持，须有人复位。' : '恢复后无须复位。'),
    shelvable: (is) => (is ? '可以搁置。' : '不允许搁置。'),
    reAlarm: (after) => `确认后 ${after} 仍未恢复，再次报警。`,
    goodOnly: '只采用质量“良好”的数据。',
    gap: (policy, after) =>
      policy === 'void'
        ? `断数超过 ${after}，计时作废、重新计。`
        : policy === 'pause'
          ? `断数超过 ${after}，计时暂停。`
          : `断数时计时照走。`,
    schedule: (when) => `只在 ${when} 起作用。`,
    off: '这条规则已停用。',
    overrides: (count) => `有 ${count} 处就地设定，各按自己的数值。`,
  },
}

export const scheduleZh = schedule
