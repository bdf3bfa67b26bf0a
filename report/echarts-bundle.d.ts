/** The package declares its modules only, not the file that has them in one. */
declare module 'echarts/dist/echarts.common.min.js' {
  export { init } from 'echarts';
}
