import { createApp } from 'vue';
import Backups from './Backups.vue';

createApp(Backups).mount('#root');
