export default { map: true };
