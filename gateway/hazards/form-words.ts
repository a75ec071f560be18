import type {
  ArchiveItem,
  HazardLevel,
  HazardSourceKind,
  ResponsiblePerson,
  UnitBoundary,
  VersionKind,
} from '../contract.ts'

/** The words of the printed forms, which are Chinese whatever language the screen has. */

export const KIND_NAMES: Readonly<Record<HazardSourceKind, string>> = {
  'tank-farm': '储罐区',
  warehouse: '库房',
  production: '生产装置',
  other: '其他',
}

export const BOUNDARY_NAMES: Readonly<Record<UnitBoundary, string>> = {
  valve: '切断阀',
  dike: '防火堤',
  building: '独立库房（建筑物）',
}

export const LEVEL_NAMES: Readonly<Record<HazardLevel, string>> = {
  1: '一级重大危险源',
  2: '二级重大危险源',
  3: '三级重大危险源',
  4: '四级重大危险源',
}

export const PERSON_NAMES: Readonly<Record<ResponsiblePerson, string>> = {
  principal: '主要负责人',
  technical: '技术负责人',
  operating: '操作负责人',
}

export const VERSION_KIND_NAMES: Readonly<Record<VersionKind, string>> = {
  registration: '备案',
  amendment: '变更备案',
  cancellation: '核销',
}

export const ASSESSOR_NAMES = {
  own: '本单位',
  experts: '专家',
  agency: '评价机构',
} as const

export const ARCHIVE_ITEM_NAMES: Readonly<Record<ArchiveItem, string>> = {
  identification: '1 辨识、分级记录',
  characteristics: '2 基本特征表',
  'safety-data': '3 所有化学品安全技术说明书',
  plans: '4 区域位置图、平面布置图、工艺流程图和主要设备一览表',
  rules: '5 安全管理规章制度及安全操作规程',
  monitoring: '6 安全监测监控系统、措施说明、检测检验结果',
  'emergency-plan': '7 应急预案、评审意见、演练计划和评估报告',
  'assessment-report': '8 安全评估报告或者安全评价报告',
  'responsible-persons': '9 关键装置、重点部位的责任人、责任机构名称',
  'warning-signs': '10 场所安全警示标志的设置情况',
  other: '其他文件',
}
