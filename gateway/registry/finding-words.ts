import type { RuleFindingCode } from '#alerting/rules/rule-finding.ts'

/** `{name}` is filled from the data of the finding. */
interface Words {
  readonly zh: string
  readonly en: string
}

/** What a check found, said so that whoever answers for the plant knows what to do about it. */
const WORDS: Readonly<Record<RuleFindingCode, Words>> = {
  profile_unknown: {
    zh: '没有“{profileId}”这种设备类型。',
    en: 'There is no device type “{profileId}”.',
  },
  point_unknown: {
    zh: '“{profileId}”类设备没有测点“{point}”。',
    en: 'Devices of type “{profileId}” have no point “{point}”.',
  },
  device_unknown: {
    zh: '没有编号为“{deviceId}”的设备。',
    en: 'There is no device “{deviceId}”.',
  },
  site_unknown: { zh: '没有编号为“{siteId}”的场所。', en: 'There is no site “{siteId}”.' },
  organization_unknown: {
    zh: '没有编号为“{organizationId}”的单位。',
    en: 'There is no organization “{organizationId}”.',
  },
  point_kind_mismatch: {
    zh: '测点“{point}”的数据类型与这种条件不符：数值条件要用数值测点，开关条件要用开关测点。',
    en: 'The point “{point}” has the wrong kind of value here: figures need a number, on/off conditions an on/off point.',
  },
  setpoints_out_of_order: {
    zh: '设定值要由轻到重排列：更严重的一级（{worse}）没有超过前一级（{milder}），现场会先报重、后报轻。',
    en: 'Set-points must stand from mild to severe: {worse} does not lie beyond {milder}.',
  },
  grades_out_of_order: {
    zh: '更严重的一级，报警等级不能反而更低（红色最紧急）。',
    en: 'A more severe set-point cannot have a milder grade (red is the most urgent).',
  },
  setpoint_outside_range: {
    zh: '设定值 {setpoint} {unit} 不在量程 {min}～{max} {unit} 之内，永远不会按它报警。',
    en: 'The set-point {setpoint} {unit} lies outside the range {min} to {max} {unit}: it would never be judged as meant.',
  },
  setpoint_beyond_clause: {
    zh: '{standard} 第 {clause} 条规定第 {level} 级不应超过 {bound}，现在是 {setpoint}。',
    en: '{standard}, clause {clause}, bounds set-point {level} at {bound}; this is {setpoint}.',
  },
  deadband_never_clears: {
    zh: '回差 {deadband} {unit} 太大：要回到 {clearsAt} {unit} 之外才算恢复，而量程只到 {limit} {unit}，报警永远不会恢复。',
    en: 'The deadband of {deadband} {unit} is too wide: the value would have to come back beyond {clearsAt} {unit}, and the range ends at {limit} {unit}. The alarm could never clear.',
  },
  deadband_overlaps: {
    zh: '回差 {deadband} 大于两级设定值的间隔 {gap}：从重的一级退不回轻的一级。',
    en: 'The deadband of {deadband} is wider than the {gap} between two set-points: the alarm cannot fall from the severe one to the mild one.',
  },
  refers_to_itself: {
    zh: '条件在和被判断的测点“{point}”自己比较，结果永远一样。',
    en: 'The condition compares the point “{point}” with itself.',
  },
  unit_mismatch: {
    zh: '单位不同：{unit} 与 {other} 不能直接比较。',
    en: 'The units differ: {unit} cannot be compared with {other}.',
  },
  division_by_zero: {
    zh: '按百分比比较时，基准不能是 0。',
    en: 'A deviation in per cent needs a reference other than 0.',
  },
  division_may_be_zero: {
    zh: '除数可能为 0：那时规则不作判断，保持原来的状态，并在规则上标出。',
    en: 'The divisor may become 0: then nothing is judged, the state stays as it was, and the rule is marked.',
  },
  expression_invalid: {
    zh: '表达式第 {position} 个字符处有误：{reason}',
    en: 'The expression is wrong at character {position}: {reason}',
  },
  expression_one_level: {
    zh: '表达式只给出“是”或“否”，只用得上第一个设定值。',
    en: 'The expression answers yes or no, so only the first set-point is used.',
  },
  vote_needs_one_device: {
    zh: '表决规则要指明由哪一个设备来报警：请只选一个设备。',
    en: 'A vote raises the alarm of one device: name exactly one.',
  },
  over_range_ignored: {
    zh: '只接受“良好”的数据时，超量程的读数（标为“存疑”）不会报警。气体爆表时可能漏报。',
    en: 'With good values only, readings beyond the range (marked uncertain) raise nothing: gas over range would be missed.',
  },
  on_delay_on_fire_or_gas: {
    zh: '火灾、气体报警一般不设报警延时；要减少抖动，请用恢复延时。',
    en: 'Fire and gas usually have no on-delay. Against chattering use the off-delay.',
  },
  gap_without_effect: {
    zh: '这里的断数处理不起作用。',
    en: 'What is set for gaps has no effect here.',
  },
  calendar_year_missing: {
    zh: '还没有 {year} 年的节假日表（{calendar}），那一年按周一到周五上班计算。',
    en: 'There is no calendar “{calendar}” for {year} yet: that year counts Monday to Friday as working days.',
  },
  override_level_unknown: {
    zh: '就地设定针对第 {level} 级，但规则没有这一级。',
    en: 'The override is for set-point {level}, which the rule does not have.',
  },
  override_place_unknown: {
    zh: '就地设定针对“{id}”，但没有这个地方。',
    en: 'The override is for “{id}”, which does not exist.',
  },
}

export function findingInWords(
  code: RuleFindingCode,
  data: Readonly<Record<string, string | number>>,
): Words {
  const fill = (text: string) =>
    text
      .replace(/\{(\w+)\}/g, (_, name: string) => String(data[name] ?? '–'))
      .replace(/ {2,}/g, ' ')
  return { zh: fill(WORDS[code].zh), en: fill(WORDS[code].en) }
}
