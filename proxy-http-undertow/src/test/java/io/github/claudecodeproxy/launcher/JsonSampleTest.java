package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonSampleTest {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'object','properties':{'command':{'type':'string'},'description':{'type':'string'},'timeout':{'type':'number'}},'required':['command']} | {'command':'ls -la','description':'List the files'}",
                "{'type':'object','properties':{'file_path':{'type':'string'}},'required':['file_path']} | {'file_path':'/home/ada/demo.txt'}",
                "{'type':'object','properties':{'a':{'enum':['x','y']},'b':{'type':'integer','minimum':3},'c':{'type':'boolean'},'d':{'type':['string','null']},'e':{'const':7}},'required':['a','b','c','d','e']} | {'a':'x','b':3,'c':false,'d':'demo','e':7}",
                "{'type':'object','properties':{'list':{'type':'array','minItems':2,'items':{'type':'integer'}},'free':{'type':'array'}},'required':['list','free']} | {'list':[1,1],'free':[]}",
                "{'type':'object','properties':{'p':{'$ref':'#/$defs/point'}},'required':['p'],'$defs':{'point':{'type':'object','properties':{'x':{'type':'number'}},'required':['x']}}} | {'p':{'x':1}}",
                "{'type':'object','properties':{'v':{'anyOf':[{'type':'string'},{'type':'null'}]}},'required':['v']} | {'v':'demo'}",
                "{'type':'object','properties':{}} | {}",
                "{} | 'demo'"
            })
    void satisfiesTheSchema(String schema, String value) throws Exception {
        assertThat(new JsonSample("/home/ada").of(MAPPER.readTree(json(schema))).toString())
                .isEqualTo(MAPPER.readTree(json(value)).toString());
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
