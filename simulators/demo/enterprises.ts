import type { ProfileId } from '../devices/models.ts'

/** A made-up enterprise of the demonstration. */
export interface EnterprisePlan {
  readonly id: string
  readonly name: string
  readonly townId: 'town-dongyuan' | 'town-luoyang' | 'town-zhangban' | 'town-baiqi'
  readonly siteName: string
  readonly contactName: string
  /** Where the devices of each kind hang, one device a place. */
  readonly devices: Partial<Record<ProfileId, readonly string[]>>
}

export const ENTERPRISES: readonly EnterprisePlan[] = [
  {
    id: 'chaoxin',
    name: '潮信精细化工有限公司',
    townId: 'town-dongyuan',
    siteName: '潮信化工厂区',
    contactName: '林值班',
    devices: {
      'gas-combustible': [
        '一车间反应釜',
        '一车间输送泵',
        '二车间反应釜',
        '溶剂库',
        '装卸区',
        '罐区围堰',
      ],
      'gas-toxic-h2s': ['污水处理池', '脱硫塔'],
      'gas-oxygen': ['氮封操作间'],
      smoke: ['原料仓库', '成品仓库', '中控室走廊'],
      'smart-power': ['一车间配电箱', '总配电房'],
      tank: ['甲苯储罐 T-101', '甲醇储罐 T-102', '乙醇储罐 T-103'],
    },
  },
  {
    id: 'haijia',
    name: '海岬树脂材料有限公司',
    townId: 'town-dongyuan',
    siteName: '海岬树脂厂区',
    contactName: '陈值班',
    devices: {
      'gas-combustible': ['聚合车间东', '聚合车间西', '调胶间', '罐区'],
      'gas-toxic-co': ['导热油炉房', '烘干线'],
      smoke: ['包装车间', '成品仓库'],
      'smart-power': ['聚合车间配电箱', '空压机房'],
      tank: ['苯乙烯储罐 T-201', '丙烯酸储罐 T-202'],
    },
  },
  {
    id: 'langshi',
    name: '浪石涂料有限公司',
    townId: 'town-dongyuan',
    siteName: '浪石涂料厂区',
    contactName: '黄值班',
    devices: {
      'gas-combustible': ['调漆间', '灌装线', '稀释剂库'],
      smoke: ['成品仓库', '办公楼走廊'],
      'smart-power': ['调漆间配电箱'],
      tank: ['二甲苯储罐 T-301'],
    },
  },
  {
    id: 'bailu',
    name: '白鹭湾速冻食品有限公司',
    townId: 'town-dongyuan',
    siteName: '白鹭湾冷库',
    contactName: '吴值班',
    devices: {
      'gas-toxic-nh3': ['制冷机房', '低压循环桶间', '速冻车间'],
      'gas-oxygen': ['液氮速冻间'],
      smoke: ['包材仓库', '分拣车间'],
      'smart-power': ['制冷机房配电柜'],
    },
  },
  {
    id: 'shicheng',
    name: '石埕五金电镀厂',
    townId: 'town-dongyuan',
    siteName: '石埕电镀车间',
    contactName: '郑值班',
    devices: {
      'gas-toxic-cl2': ['酸洗槽', '废气处理塔'],
      'gas-toxic-h2s': ['废水调节池'],
      smoke: ['挂镀车间', '化学品仓库'],
      'smart-power': ['整流器柜', '烘箱配电箱'],
    },
  },
  {
    id: 'qiaonan',
    name: '桥南液化气储配站',
    townId: 'town-luoyang',
    siteName: '桥南储配站',
    contactName: '许值班',
    devices: {
      'gas-combustible': ['灌装台', '压缩机房', '储罐区北', '储罐区南', '钢瓶库'],
      smoke: ['值班室'],
      'smart-power': ['灌装台配电箱'],
      tank: ['液化气储罐 V-1', '液化气储罐 V-2'],
    },
  },
  {
    id: 'gudu',
    name: '古渡印染有限公司',
    townId: 'town-luoyang',
    siteName: '古渡印染厂区',
    contactName: '杨值班',
    devices: {
      'gas-toxic-h2s': ['污水池', '污泥脱水间'],
      'gas-toxic-nh3': ['助剂间'],
      smoke: ['坯布仓库', '定型车间'],
      'smart-power': ['定型机配电柜', '染缸配电箱'],
    },
  },
  {
    id: 'jiangpan',
    name: '江畔纸品包装有限公司',
    townId: 'town-luoyang',
    siteName: '江畔纸品厂区',
    contactName: '蔡值班',
    devices: {
      'gas-combustible': ['天然气锅炉房'],
      smoke: ['原纸仓库', '成品仓库', '印刷车间'],
      'smart-power': ['瓦楞线配电柜', '印刷机配电箱'],
    },
  },
  {
    id: 'hongrong',
    name: '红榕家具有限公司',
    townId: 'town-luoyang',
    siteName: '红榕家具厂区',
    contactName: '苏值班',
    devices: {
      'gas-combustible': ['喷漆房'],
      smoke: ['木料仓库', '打磨车间', '喷漆车间', '成品仓库'],
      'smart-power': ['除尘风机柜', '喷漆房配电箱'],
    },
  },
  {
    id: 'wanshi',
    name: '万石自来水厂',
    townId: 'town-luoyang',
    siteName: '万石净水站',
    contactName: '谢值班',
    devices: {
      'gas-toxic-cl2': ['加氯间', '氯瓶库', '中和塔'],
      'gas-oxygen': ['臭氧制备间'],
      'smart-power': ['送水泵房'],
      tank: ['次氯酸钠储罐 T-1'],
    },
  },
  {
    id: 'wantou',
    name: '湾头石化仓储有限公司',
    townId: 'town-zhangban',
    siteName: '湾头油库',
    contactName: '庄值班',
    devices: {
      'gas-combustible': ['付油台', '泵棚', '一号罐组', '二号罐组', '码头卸油口'],
      'gas-toxic-h2s': ['隔油池'],
      smoke: ['中控室'],
      'smart-power': ['泵棚配电箱'],
      tank: ['汽油储罐 G-1', '汽油储罐 G-2', '柴油储罐 D-1', '柴油储罐 D-2'],
    },
  },
  {
    id: 'linghai',
    name: '菱海新能源材料有限公司',
    townId: 'town-zhangban',
    siteName: '菱海材料厂区',
    contactName: '曾值班',
    devices: {
      'gas-combustible': ['电解液间', '注液车间'],
      'gas-toxic-co': ['烧结炉'],
      'gas-oxygen': ['氮气干燥房'],
      smoke: ['电芯仓库', '化成车间'],
      'smart-power': ['化成柜'],
    },
  },
  {
    id: 'yayu',
    name: '崖屿船舶修造有限公司',
    townId: 'town-zhangban',
    siteName: '崖屿船坞',
    contactName: '邱值班',
    devices: {
      'gas-combustible': ['气瓶库', '涂装车间'],
      'gas-toxic-co': ['机舱作业点'],
      'gas-oxygen': ['一号货舱', '二号货舱'],
      smoke: ['木作间', '油漆库'],
      'smart-power': ['船坞岸电箱'],
    },
  },
  {
    id: 'yucheng',
    name: '玉埕石雕工艺厂',
    townId: 'town-zhangban',
    siteName: '玉埕雕刻车间',
    contactName: '刘值班',
    devices: {
      smoke: ['包装间', '展厅'],
      'smart-power': ['切割机配电箱', '除尘系统'],
    },
  },
  {
    id: 'shayu',
    name: '沙屿水产冷链有限公司',
    townId: 'town-zhangban',
    siteName: '沙屿冷链园',
    contactName: '王值班',
    devices: {
      'gas-toxic-nh3': ['氨机房', '冷凝器平台', '冷库穿堂'],
      'gas-oxygen': ['气调库'],
      smoke: ['包材间', '加工车间'],
      'smart-power': ['氨机房配电柜'],
    },
  },
  {
    id: 'baichuan',
    name: '百川清洁能源加气站',
    townId: 'town-baiqi',
    siteName: '百川加气站',
    contactName: '郭值班',
    devices: {
      'gas-combustible': ['加气岛', '压缩机撬', '储气瓶组', '卸气柱'],
      smoke: ['站房'],
      'smart-power': ['站房配电箱'],
    },
  },
  {
    id: 'dukou',
    name: '渡口鞋材有限公司',
    townId: 'town-baiqi',
    siteName: '渡口鞋材厂区',
    contactName: '马值班',
    devices: {
      'gas-combustible': ['刷胶车间', '胶水库'],
      smoke: ['鞋材仓库', '成型车间', '宿舍楼道'],
      'smart-power': ['烘箱配电箱'],
    },
  },
  {
    id: 'lizhou',
    name: '里洲海鲜酒楼',
    townId: 'town-baiqi',
    siteName: '里洲酒楼',
    contactName: '丁值班',
    devices: {
      'gas-combustible': ['厨房灶台', '气瓶间'],
      'gas-toxic-co': ['厨房'],
      smoke: ['餐厅二楼'],
      'smart-power': ['厨房配电箱'],
    },
  },
  {
    id: 'hailan',
    name: '海蓝污水处理厂',
    townId: 'town-baiqi',
    siteName: '海蓝处理厂',
    contactName: '金值班',
    devices: {
      'gas-combustible': ['沼气柜'],
      'gas-toxic-h2s': ['粗格栅间', '提升泵房', '污泥浓缩池'],
      'gas-toxic-cl2': ['消毒间'],
      'gas-oxygen': ['地下泵井'],
    },
  },
  {
    id: 'yuchuang',
    name: '屿创机械制造有限公司',
    townId: 'town-baiqi',
    siteName: '屿创机械车间',
    contactName: '洪值班',
    devices: {
      'gas-toxic-co': ['热处理炉'],
      smoke: ['油料间', '总装车间'],
      'smart-power': ['机加工配电柜'],
    },
  },
]
