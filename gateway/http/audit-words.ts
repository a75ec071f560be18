import type { LocalizedText } from '#alerting/rules/alarm-rule.ts'

type Words = Readonly<Record<string, LocalizedText>>

/** What was changed: the part of an action before the dot. */
const THINGS: Words = {
  alarm: { zh: '报警', en: 'Alarm' },
  binding: { zh: '测点绑定', en: 'Binding' },
  calendar: { zh: '日历', en: 'Calendar' },
  'calendar-proposal': { zh: '日历待批变更', en: 'Calendar proposal' },
  channel: { zh: '通知渠道', en: 'Channel' },
  device: { zh: '设备', en: 'Device' },
  drill: { zh: '演练', en: 'Drill' },
  duty: { zh: '包保责任', en: 'Duty' },
  handover: { zh: '交接班', en: 'Hand-over' },
  'hazard-source': { zh: '重大危险源', en: 'Hazard source' },
  notification: { zh: '通知', en: 'Notification' },
  organization: { zh: '单位', en: 'Organization' },
  rule: { zh: '规则', en: 'Rule' },
  'rule-draft': { zh: '规则草案', en: 'Rule draft' },
  'service-window': { zh: '检修校准窗口', en: 'Service window' },
  session: { zh: '登录', en: 'Session' },
  site: { zh: '场所', en: 'Site' },
  tank: { zh: '储罐', en: 'Tank' },
  token: { zh: '访问令牌', en: 'API token' },
  user: { zh: '账号', en: 'Account' },
}

/** What was done: the part after the dot. A proposal is none of the others: nothing has changed by it yet. */
const DEEDS: Words = {
  accept: { zh: '接受', en: 'accepted' },
  acknowledge: { zh: '确认', en: 'acknowledged' },
  activate: { zh: '生效', en: 'put in force' },
  'add-photo': { zh: '添加照片', en: 'photo added' },
  approve: { zh: '批准', en: 'approved' },
  arrive: { zh: '到场', en: 'arrived on site' },
  assign: { zh: '派单', en: 'assigned' },
  change: { zh: '修改', en: 'changed' },
  'change-password': { zh: '修改了自己的密码', en: 'own password changed' },
  close: { zh: '关闭', en: 'closed' },
  'close-case': { zh: '销案', en: 'case closed' },
  comment: { zh: '备注', en: 'commented on' },
  create: { zh: '新增', en: 'created' },
  dispose: { zh: '处置', en: 'dealt with' },
  'document-add': { zh: '添加文件', en: 'document added' },
  'document-remove': { zh: '移除文件', en: 'document removed' },
  end: { zh: '结束', en: 'ended' },
  finish: { zh: '结束', en: 'finished' },
  import: { zh: '导入', en: 'imported' },
  'login-failed': { zh: '失败', en: 'log-in failed' },
  move: { zh: '改期', en: 'moved' },
  propose: { zh: '提出修改，待批', en: 'change proposed, not in force' },
  'propose-removal': { zh: '提出删除，待批', en: 'removal proposed, not in force' },
  'propose-reset': { zh: '提出恢复原样，待批', en: 'reset proposed, not in force' },
  'propose-roll-back': { zh: '提出恢复旧版，待批', en: 'roll-back proposed, not in force' },
  record: { zh: '登记履职', en: 'recorded' },
  reject: { zh: '驳回', en: 'rejected' },
  remove: { zh: '删除', en: 'removed' },
  'request-cancellation': { zh: '申请核销', en: 'cancellation asked for' },
  reset: { zh: '恢复原样', en: 'reset' },
  return: { zh: '退回', en: 'returned' },
  review: { zh: '复核', en: 'reviewed' },
  'revoke-credential': { zh: '吊销凭据', en: 'credential revoked' },
  'roll-back': { zh: '恢复旧版', en: 'rolled back' },
  'rotate-credential': { zh: '更换凭据', en: 'credential changed' },
  'send-again': { zh: '重新发送', en: 'sent again' },
  'send-back': { zh: '退回重办', en: 'sent back' },
  shelve: { zh: '搁置', en: 'shelved' },
  sign: { zh: '签字', en: 'signed' },
  start: { zh: '开始', en: 'started' },
  submit: { zh: '提交', en: 'submitted' },
  test: { zh: '试发', en: 'tested' },
  unshelve: { zh: '取消搁置', en: 'unshelved' },
  withdraw: { zh: '撤回', en: 'withdrawn' },
}

/** `日历：修改`; an action that is not (or no longer) known is its own word. */
export function auditWords(action: string): LocalizedText {
  const dot = action.indexOf('.')
  const [thing, deed] = [THINGS[action.slice(0, dot)], DEEDS[action.slice(dot + 1)]]
  if (thing === undefined || deed === undefined) return { zh: action, en: action }
  return { zh: `${thing.zh}：${deed.zh}`, en: `${thing.en}: ${deed.en}` }
}
