package io.github.claudecodeproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** For each rule a body that breaks it. */
final class ChatRequestCheckTest {

    private static final String SCHEMA =
            "{'type':'object','properties':{'a':{'type':'string'}},'required':['a'],'additionalProperties':false}";

    /** Nearly everything that OpenAI takes. */
    private static final String GOOD =
            """
            {'model':'gpt-4o','max_tokens':100,'stream':true,'stream_options':{'include_usage':true},\
            'temperature':1,'top_p':0.5,'stop':['A','B'],'parallel_tool_calls':false,'tool_choice':'auto',\
            'prompt_cache_key':'k','safety_identifier':'s','service_tier':'auto',\
            'response_format':{'type':'json_schema','json_schema':{'name':'output','schema':SCHEMA,'strict':true}},\
            'tools':[{'type':'function','function':{'name':'Bash','description':'Runs.','parameters':SCHEMA,\
            'strict':true}}],\
            'messages':[{'role':'system','content':'Be short.'},\
            {'role':'user','content':[{'type':'text','text':'See.'},\
            {'type':'image_url','image_url':{'url':'data:image/png;base64,aGk='}},\
            {'type':'file','file':{'filename':'a.pdf','file_data':'data:application/pdf;base64,aGk='}}]},\
            {'role':'assistant','content':null,'tool_calls':[CALL1,CALL2]},\
            {'role':'tool','tool_call_id':'c1','content':'one'},{'role':'tool','tool_call_id':'c2','content':''},\
            {'role':'user','content':'Go on.'}]}""".replace("SCHEMA", SCHEMA).replace("CALL1", call("c1")).replace("CALL2", call("c2"));

    private static final String SHORT =
            "{'model':'m','CAP':100,'messages':[{'role':'user','content':'Hi'}]}".replace("CAP", "max_tokens");

    private static final String TOOL =
            ",'tools':[{'type':'function','function':{'name':'Bash','parameters':" + SCHEMA + "}}]}";

    private static String call(String id) {
        return "{'id':'" + id + "','type':'function','function':{'name':'Bash','arguments':'{}'}}";
    }

    @Test
    void acceptsWhatIsRight() {
        assertThat(check(GOOD, "openai")).isEmpty();
        assertThat(check(GOOD.replace(",{'role':'user','content':'Go on.'}]", "]"), "openai"))
                .isEmpty();
        for (String name : ChatDialect.names()) {
            String cap = ChatDialect.named(name).texts("caps").iterator().next();
            assertThat(check(SHORT.replace("max_tokens", cap), name)).as(name).isEmpty();
        }
    }

    static Stream<Arguments> brokenBodies() {
        return Stream.of(
                planted("'top_p':0.5", "'top_k':5", "has top_k"),
                planted("'stream':true", "'metadata':{},'stream':true", "has metadata"),
                planted("'temperature':1", "'temperature':null", "temperature is null"),
                planted("'temperature':1", "'temperature':2.5", "temperature is 2.5"),
                planted("'top_p':0.5", "'top_p':'x'", "top_p is \"x\""),
                planted("'model':'gpt-4o'", "'model':''", "model is no text"),
                planted("'max_tokens':100,", "", "has 0 output caps"),
                planted("'max_tokens':100", "'max_tokens':1,'max_completion_tokens':1", "has 2 output caps"),
                planted("'max_tokens':100", "'max_tokens':0", "max_tokens: is 0"),
                planted("'stream':true,", "", "has stream_options but does not stream"),
                planted("'include_usage':true", "'include_usage':false", "does not ask for usage"),
                planted("'include_usage':true", "'include_usage':'yes'", "is no boolean"),
                planted("'include_usage':true", "'include_usage':true,'usage':true", "has usage"),
                planted("'stream':true", "'stream':1", "stream is no boolean"),
                planted("['A','B']", "[]", "has 0 texts"),
                planted("['A','B']", "['A','B','C','D','E']", "has 5 texts"),
                planted("['A','B']", "['A','']", "has the text \"\""),
                planted("['A','B']", "{}", "stop: is {}"),
                planted("'prompt_cache_key':'k'", "'prompt_cache_key':''", "prompt_cache_key is"),
                planted("'safety_identifier':'s'", "'safety_identifier':'" + "s".repeat(65) + "'", "safety_identifier"),
                planted("'service_tier':'auto'", "'service_tier':'standard_only'", "service_tier is"),
                planted("'temperature':1", "'reasoning_effort':'high'", "has reasoning_effort"),
                // formats and schemas
                planted("'type':'json_schema','j", "'type':'xml','j", "is of type \"xml\""),
                planted("'name':'output'", "'name':'out put'", "has the name"),
                planted("'name':'output'", "'name':'output','citations':true", "has citations"),
                planted("'required':['a'],'additionalProperties':false},'strict'", "'x':1},'strict'", "is strict"),
                planted("'type':'string'", "'oneOf':[]", "oneOf is not taken"),
                planted("'type':'string'", "'$id':'x'", "$id is not taken"),
                planted("'required':['a']", "'required':['a','a']", "is required twice"),
                planted("'required':['a']", "'required':['a'],'anyOf':[]", "strict with anyOf"),
                // tools
                planted("'strict':true}}]", "'strict':true},'cache_control':{'type':'ephemeral'}}]", "cache_control"),
                planted("'description':'Runs.'", "'description':''", "empty description"),
                planted("'description':'Runs.'", "'input_schema':{}", "has input_schema"),
                planted("'name':'Bash','description'", "'name':'Ba sh','description'", "bad name Ba sh"),
                planted(
                        "'parameters':{'type':'object',",
                        "'parameters':{'defer_loading':true,",
                        "defer_loading is not"),
                planted("'parameters':{'type':'object',", "'parameters':{", "is no schema of an object"),
                planted("'strict':true}}]", "'strict':'yes'}}]", "strict is no boolean"),
                planted("'tool_choice':'auto'", "'tool_choice':'any'", "is \"any\", which is not taken"),
                planted("'tool_choice':'auto'", "'tool_choice':{'type':'tool','name':'Bash'}", "has name"),
                planted("'tool_choice':'auto'", "'tool_choice':" + named("Read"), "names Read"),
                planted("'parallel_tool_calls':false", "'parallel_tool_calls':0", "parallel_tool_calls is no"),
                arguments(GOOD.replaceAll("'tools':\\[.*?}}],'mess", "'tools':[],'mess"), "openai", "tools: is empty"),
                arguments(GOOD.replaceAll("'tools':\\[.*?}}],'mess", "'mess"), "openai", "tool_choice without tools"),
                arguments(GOOD.replaceAll("'tools':\\[.*?}}],'mess", "'mess"), "openai", "calls without tools"),
                arguments(with("m", ",'tools':[" + "1,".repeat(128) + "1]}"), "openai", "has 129 tools"),
                // messages
                arguments(SHORT.replaceAll("'messages':.*", "'messages':[]}"), "generic", "messages: is empty"),
                planted("'role':'system'", "'role':'root'", "has the role root"),
                planted("'content':'Be short.'", "'content':''", "content: is \"\""),
                planted("'content':'Be short.'", "'content':[{'type':'text','text':'x'}]", "an array without need"),
                planted("'content':'Be short.'", "'content':'x','name':'y'", "has name"),
                planted("'content':'Go on.'", "'content':[]", "content: is []"),
                planted("'text':'See.'", "'text':''", "text is \"\""),
                planted("'text':'See.'", "'text':'x','citations':[]", "has citations"),
                planted("'text':'See.'", "'text':'x','cache_control':{'type':'ephemeral'}", "has cache_control"),
                planted("'type':'text',", "'type':'document',", "is of type \"document\""),
                planted("data:image/png;base64,aGk=", "data:application/pdf;base64,aGk=", "is no image that is taken"),
                planted("'image_url':{'url'", "'image_url':{'media_type':'x','url'", "has media_type"),
                planted("'filename':'a.pdf',", "", "has no filename"),
                planted("data:application/pdf;base64,aGk=", "aGk=", "is no file that is taken"),
                planted("'content':null", "'content':''", "content beside calls is \"\""),
                planted("'content':null", "'content':null,'reasoning_content':'x'", "has reasoning_content"),
                planted("'id':'c1'", "'id':'" + "c".repeat(41) + "'", "bad id"),
                planted("'id':'c1'", "'id':'c2'", "second call with the id c2"),
                planted("'id':'c1','type':'function'", "'id':'c1','type':'tool_use'", "is of type \"tool_use\""),
                planted("'arguments':'{}'", "'arguments':{}", "arguments are no text"),
                planted("'arguments':'{}'", "'arguments':''", "arguments are no text"),
                planted("'name':'Bash','arguments'", "'name':'','arguments'", "bad name"),
                planted("{'role':'tool','tool_call_id':'c2','content':''},", "", "user speaks before the calls [c2]"),
                planted("{'role':'tool','tool_call_id':'c1','content':'one'},", "", "answers c2 where c1 is waiting"),
                planted(
                        "'content':'Go on.'}",
                        "'content':'x'},{'role':'tool','tool_call_id':'c9','content':'x'}",
                        "c9"),
                planted("'content':'one'", "'content':[{'type':'image_url','image_url':{}}]", "is of type"),
                planted("'content':'one'", "'content':'one','is_error':true", "has is_error"),
                planted("'content':'Go on.'}", "'content':'x'},{'role':'user','content':'y'}", "second user in a row"),
                planted(
                        "'content':'Go on.'}",
                        "'content':'x'},{'role':'assistant','content':'y'}",
                        "with the assistant"),
                arguments(GOOD.replaceAll(",\\{'role':'tool'.*", "]}"), "openai", "end before the calls [c1, c2] are"));
    }

    /** What only some dialects or models refuse. */
    static Stream<Arguments> brokenForSome() {
        String marks = "'content':[" + "{'type':'text','text':'x','cache_control':{'type':'ephemeral'}},".repeat(5);
        String assistant = "{'role':'assistant','content':'x '}";
        String open = SHORT.replace("'Hi'}", "'Hi'}," + assistant);
        String hello = "'Hi'},{'role':'assistant','content':'x'},{'role':'user','content':'y'}";
        String results = "'Hi'},{'role':'assistant','content':null,'tool_calls':[" + call("c1")
                + "]},{'role':'tool','tool_call_id':'c1','content':'one'},{'role':'user','content':'y'}";
        return Stream.of(
                arguments(with("gpt-5", ",'temperature':1}"), "openai", "has max_tokens"),
                arguments(with("gpt-5", ",'temperature':1}"), "openai", "has temperature"),
                arguments(with("gpt-5", ",'reasoning_effort':'xhigh'}"), "openai", "reasoning_effort: is \"xhigh\""),
                arguments(with("gpt-5.2", ",'temperature':1}"), "openai", "only with reasoning_effort none"),
                arguments(with("o3", ",'stop':['A']}"), "openai", "has 1 texts"),
                arguments(
                        with("gpt-5.4", ",'reasoning_effort':'low'" + TOOL),
                        "openai",
                        "tools with reasoning_effort low"),
                arguments(with("gpt-5.6-sol", TOOL), "openai", "tools with reasoning_effort null"),
                arguments(with("gpt-6.1-sol", TOOL), "openai", "has 1 tools"),
                arguments(with("m", ",'prefix':true}"), "mistral", "has prefix"),
                arguments(
                        with("m", ",'stream':true,'stream_options':{'include_usage':true}}"),
                        "mistral",
                        "has stream_o"),
                arguments(with("m", ",'tool_choice':'required'" + TOOL), "zai", "is \"required\", which"),
                arguments(with("m", ",'tool_choice':'required'" + TOOL), "deepseek", "is \"required\", which"),
                arguments(with("m", ",'tool_choice':" + named("Bash") + TOOL), "lmstudio", "which is not taken"),
                arguments(with("m", ",'tool_choice':'auto'" + TOOL), "minimax", "has tool_choice"),
                arguments(with("m", TOOL.replace("'Bash',", "'Bash','strict':false,")), "zai", "has strict"),
                arguments(with("m", TOOL.replace("'type':'string'", "'const':1")), "gemini", "const is not taken"),
                arguments(with("m", TOOL.replace("'string'", "['string','null']")), "gemini", "type is a list"),
                arguments(with("m", TOOL.replace("'a':{", "'a':{'items':{'$schema':'x'},")), "groq", "$schema is not"),
                arguments(
                        with("m", ",'response_format':{'type':'json_schema'}}"), "deepseek", "of type \"json_schema\""),
                arguments(with("m", ",'thinking':{'type':'disabled'},'reasoning_effort':'low'}"), "deepseek", "is off"),
                arguments(with("m", ",'enable_thinking':true}"), "dashscope", "thinks without a stream"),
                arguments(with("m", ",'top_k':1.5}"), "vllm", "top_k is 1.5"),
                arguments(with("m", ",'continue_final_message':true}"), "vllm", "continue_final_message is true"),
                arguments(open, "vllm", "continue_final_message is"),
                arguments(open, "vllm", "asks for a new turn"),
                arguments(open, "mistral", "without prefix"),
                arguments(open, "kimi", "without partial"),
                arguments(open, "ollama", "continued behind white space"),
                arguments(open, "generic", "ends with the assistant"),
                arguments(
                        SHORT.replace("'Hi'}", hello).replace("'content':'x'", "'content':'x','prefix':true"),
                        "mistral",
                        "prefix is not at the end"),
                arguments(SHORT.replace("'Hi'}", hello), "deepseek", "has no reasoning_content"),
                arguments(SHORT.replace("'Hi'}", results), "kimi", "has no reasoning_content"),
                arguments(SHORT.replace("'Hi'}", results), "mistral", "bad id c1"),
                arguments(SHORT.replace("'Hi'}", results), "mistral", "user speaks directly after tool"),
                arguments(SHORT.replace("'user'", "'system'"), "zai", "have no user"),
                arguments(SHORT.replace("'user'", "'developer'"), "vllm", "has the role developer"),
                arguments(SHORT.replace("'Hi'}", "'Hi'},{'role':'system','content':'x'}"), "vllm", "behind the start"),
                arguments(
                        SHORT.replace("'content':'Hi'", marks + "{'type':'text','text':'x'}]"),
                        "openrouter",
                        "5 cache"),
                arguments(
                        SHORT.replace("'content':'Hi'", marks.replace("'ephemeral'", "'ephemeral','ttl':'2h'") + "1]"),
                        "openrouter",
                        "cache_control: is"),
                arguments(part("'image_url','image_url':{'url':'http://h/a.png'}"), "ollama", "is no image"),
                arguments(part("'image_url','image_url':'http://h/a.png'"), "vllm", "is a STRING"),
                arguments(part("'image_url','image_url':{'url':'data:image/png;base64,aGk='}"), "cerebras", "of type"),
                arguments(part("'document_url','document_url':'aGk='"), "mistral", "is \"aGk=\""),
                arguments(
                        part("'text','text':'x','prompt_cache_breakpoint':{'mode':'implicit'}")
                                .replace("'m'", "'gpt-5.6-sol'"),
                        "openai",
                        "prompt_cache_breakpoint: is"));
    }

    private static String part(String part) {
        return SHORT.replace("'content':'Hi'", "'content':[{'type':" + part + "}]");
    }

    private static String named(String tool) {
        return "{'type':'function','function':{'name':'" + tool + "'}}";
    }

    private static String with(String model, String ending) {
        return SHORT.replace("'model':'m'", "'model':'" + model + "'").replaceAll("}$", "") + ending;
    }

    private static Arguments planted(String target, String replacement, String violation) {
        assertThat(GOOD).contains(target);
        int at = GOOD.indexOf(target);
        return arguments(
                GOOD.substring(0, at) + replacement + GOOD.substring(at + target.length()), "openai", violation);
    }

    @ParameterizedTest
    @MethodSource({"brokenBodies", "brokenForSome"})
    void findsEachViolation(String body, String dialect, String violation) {
        assertThat(check(body, dialect)).anySatisfy(found -> assertThat(found).contains(violation));
    }

    @Test
    void namesThePlace() {
        assertThat(check(GOOD.replace("'content':'Go on.'", "'content':[]"), "openai"))
                .containsExactly("messages[5].content: is []");
        assertThat(check("{", "openai")).singleElement().asString().startsWith("body: is no JSON");
    }

    @Test
    void marksAreTakenWhereTheyAreKnown() {
        String mark = "'text','text':'x','cache_control':{'type':'ephemeral','ttl':'1h'}";
        assertThat(check(part(mark), "openrouter")).isEmpty();
        assertThat(check(part(mark).replace("'user'", "'system'"), "openrouter"))
                .isEmpty();
        assertThat(check(
                        part("'text','text':'x','prompt_cache_breakpoint':{'mode':'explicit','ttl':'12h'}")
                                .replace("'m','max_tokens'", "'gpt-5.6-sol','max_completion_tokens'"),
                        "openai"))
                .isEmpty();
    }

    @Test
    void aDialectOfOnesOwnSaysOnlyWhatDiffers() {
        ObjectNode differences = JsonNodeFactory.instance.objectNode();
        differences.putArray("more_fields").add("min_p");
        assertThat(ChatRequestCheck.check(json(with("m", ",'min_p':0.1}")), ChatDialect.of(differences)))
                .isEmpty();
        differences.put("min_q", 1);
        assertThatThrownBy(() -> ChatDialect.of(differences)).hasMessageContaining("min_q");
        assertThatThrownBy(() -> ChatDialect.named("nobody")).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> check(String body, String dialect) {
        return ChatRequestCheck.check(json(body), ChatDialect.named(dialect));
    }

    private static String json(String quoted) {
        return quoted.replace('\'', '"');
    }
}
