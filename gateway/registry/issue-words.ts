import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** What the schema of a rule refuses, as a sentence for people who do not read schemas. */
export function issueInWords(issue: Issue): { readonly zh: string; readonly en: string } {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? { zh: '这一项还没有填写。', en: 'This has not been filled in yet.' }
        : { zh: '这一项的类型不对。', en: `This should be a ${issue.expected}.` }
    case 'too_small':
      return sized(issue.origin, 'min', issue.minimum)
    case 'too_big':
      return sized(issue.origin, 'max', issue.maximum)
    case 'invalid_value':
      return {
        zh: `只能是：${issue.values.map(String).join('、')}。`,
        en: `One of these only: ${issue.values.map(String).join(', ')}.`,
      }
    case 'invalid_union':
      return { zh: '请选择一种条件。', en: 'Choose one of the kinds.' }
    case 'unrecognized_keys':
      return {
        zh: `不认识的字段：${issue.keys.join('、')}。`,
        en: `Fields that are not known: ${issue.keys.join(', ')}.`,
      }
    case 'invalid_format':
      if (issue.format === 'date') {
        return { zh: '请填写日期（年-月-日）。', en: 'This should be a date (year-month-day).' }
      }
      return { zh: '写法不对。', en: 'This is not written as it should be.' }
    default:
      return inOtherWords(issue.message)
  }
}

/** Refusals of our own checks in the schema, by how their messages begin. */
const OWN: readonly (readonly [RegExp, string])[] = [
  [
    /^set-points must stand from mild to severe: (\S+) does not lie beyond (\S+)$/,
    '设定值应由轻到重排列：$1 没有超过前一级的 $2。',
  ],
  [
    /^a more severe set-point cannot have a milder grade/,
    '更严重的一级，报警等级不能反而更低（红色最紧急）。',
  ],
  [/^an override is for exactly one/, '一条就地设定只能针对一个设备、场所、单位或设备类型。'],
  [/^not a time zone$/, '没有这个时区。'],
  [/^(\S+) is not in (\d+)$/, '$1 不在 $2 年内。'],
  [/^the holiday ends \((\S+)\) before it begins \((\S+)\)$/, '假期的结束（$1）早于开始（$2）。'],
  [/^a holiday has (\d+) days at most, this one (\d+)$/, '一个假期最多 $1 天，这里有 $2 天。'],
  [/^(\S+) is in two holidays$/, '$1 同时属于两个假期。'],
  [/^(\S+) stands there twice$/, '$1 重复出现。'],
  [/^(\S+) is a public holiday$/, '$1 是放假日，不能同时是调休上班日。'],
  [/^(\S+) is not a Saturday or Sunday: .*$/, '$1 不是周六或周日，本来就上班，不用写。'],
  [/^too many operands$/, '引用的测点过多。'],
]

function inOtherWords(message: string): { readonly zh: string; readonly en: string } {
  const en = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
  for (const [pattern, words] of OWN) {
    if (pattern.test(message))
      return { zh: `${message.replace(pattern, words).split('。')[0]}。`, en }
  }
  return { zh: `填写的内容不符合要求：${message}`, en }
}

function sized(origin: string, end: 'min' | 'max', bound: number | bigint) {
  const isText = origin === 'string'
  const isList = origin === 'array' || origin === 'set'
  if (end === 'min') {
    if (isText) return { zh: '这一项还没有填写。', en: 'This has not been filled in yet.' }
    if (isList) return { zh: `至少要有 ${bound} 项。`, en: `At least ${bound} of them.` }
    return { zh: `不能小于 ${bound}。`, en: `Not below ${bound}.` }
  }
  if (isText) return { zh: `最多 ${bound} 个字。`, en: `At most ${bound} characters.` }
  if (isList) return { zh: `最多 ${bound} 项。`, en: `At most ${bound} of them.` }
  return { zh: `不能大于 ${bound}。`, en: `Not above ${bound}.` }
}
