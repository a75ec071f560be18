export const load = {
  fold: {
    incident: '同一事件 {{count}} 条',
    cause: '同类报警 {{count}} 条',
    unacknowledged: '{{count}} 条未确认',
    firstOut: '首发',
    firstOutIs: '首发：{{title}} · {{device}}',
    open: '展开',
    close: '折叠',
  },
  flood: {
    title: '报警洪峰',
    detail:
      '{{minutes}} 分钟内 {{recent}} 条新报警（多于 {{startsAbove}} 条即为洪峰），自 {{since}} 起。列表已按事件和原因折叠，红色报警不折叠，没有任何报警被丢弃。',
    meter: '{{minutes}} 分钟内新报警 {{recent}} 条，洪峰界限 {{startsAbove}} 条',
    showAll: '逐条显示',
    foldAgain: '重新折叠',
  },
  load: {
    drillBar: '演练：有 {{count}} 条演练报警未结束，已单独标记和统计。',
    onIt: '负责人',
  },
  told: {
    column: '已通知',
    delivered: '已送达 {{count}}',
    pending: '发送中 {{count}}',
    dead: '未送达 {{count}}',
    nobody: '没有需要通知的人',
  },
}
